import { spawn } from "node:child_process";
import { tell } from "./statistics";

/** How long the language server takes from the start of its process to the answer of the first request. */
const [server = "dist/server.js"] = process.argv.slice(2);
const body = JSON.stringify({
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: { processId: process.pid, rootUri: null, capabilities: {} },
});
const start = performance.now();
const child = spawn(process.execPath, [server, "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
child.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
child.stdout.once("data", () => {
  tell([{ what: "start of the server to its first answer", median: performance.now() - start, unit: "ms" }]);
  child.kill();
});
