// `npm start` without desktop VS Code: the offline editor with the extension installed, for the user's own browser.
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { cacheFolder, projectRoot } from "./paths";
import { startServer } from "./server";
import type { EditorServer } from "./server";
import { workbenchAddress } from "./workbench";

/** Tried in order, so that the address, and with it what the browser remembers, usually stays the same. */
const ports = "4230-4249";

/** The editor as a person gets it, and the address at which it opens. */
export interface ServedEditor {
  readonly server: EditorServer;
  readonly address: string;
}

/**
 * Starts the editor with the extension installed.
 * @param folder the folder to open, absolute
 * @param userDataFolder where settings and what the editor remembers are kept
 */
export async function startEditor(folder: string, userDataFolder: string): Promise<ServedEditor> {
  // Whoever reaches the port could run programs as this user, so the address carries a secret.
  const connectionToken = randomBytes(16).toString("hex");
  // Installed, since a released VS Code loads no extension from an address's development folders outside of tests.
  const server = await startServer({ port: ports, connectionToken, userDataFolder, installedExtension: projectRoot });
  return { server, address: workbenchAddress(server.port, { folder, connectionToken }) };
}

/**
 * Serves the editor on this machine until the process is interrupted, and prints its address.
 * @param folder the folder to open, absolute
 * @returns the exit code for the process
 */
export async function serve(folder: string): Promise<number> {
  const { server, address } = await startEditor(folder, join(cacheFolder, "editor-user"));
  console.log(
    `\nVS Code with Shapewright is ready. Open in a browser on this machine:\n\n  ${address}\n\nCtrl+C stops it.`,
  );

  const interrupted = new Promise<number>((done) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => done(0));
  });
  const code = await Promise.race([interrupted, server.exited]);
  if (code !== 0) console.error(server.log());
  await server.stop();
  return code;
}
