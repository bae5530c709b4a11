import { createConnection, ProposedFeatures } from "vscode-languageserver/node";
import { diskFileSystem } from "../compiler";
import { startServer } from "./server";

// How to reach the client is told by the arguments that it started this process with.
startServer(createConnection(ProposedFeatures.all), diskFileSystem);
