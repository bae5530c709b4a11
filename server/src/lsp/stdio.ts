import { createConnection, ProposedFeatures } from "vscode-languageserver/node";
import { diskFileSystem } from "../compiler";
import { startServer } from "./server";

/** Serves the protocol over standard input and output; resolves when the client has gone. */
export function serveStdio(): Promise<void> {
  startServer(createConnection(ProposedFeatures.all, process.stdin, process.stdout), diskFileSystem);
  return new Promise((resolve) => process.stdin.once("close", resolve));
}
