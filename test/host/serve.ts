// `npm start` without desktop VS Code: the offline editor with the extension loaded, for the user's own browser.
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { cacheFolder, projectRoot } from "./paths";
import { startServer } from "./server";
import { workbenchAddress } from "./workbench";

/** Tried in order, so that the address, and with it what the browser remembers, usually stays the same. */
const ports = "4230-4249";

/**
 * Serves the editor on this machine until the process is interrupted, and prints its address.
 * @param folder the folder to open, absolute
 * @returns the exit code for the process
 */
export async function serve(folder: string): Promise<number> {
  // Whoever reaches the port could run programs as this user, so the address carries a secret.
  const connectionToken = randomBytes(16).toString("hex");
  const server = await startServer({ port: ports, connectionToken, userDataFolder: join(cacheFolder, "editor-user") });
  const address = workbenchAddress(server.port, { folder, developmentFolders: [projectRoot], connectionToken });
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
