// Stands in for the `code` executable that `@vscode/test-electron` runs: the same arguments, the offline editor
// behind them. It opens the workbench in a browser, where VS Code runs the tests in a real extension host, and
// exits with their result.
//
// An extension host that is killed reports success: a caller must not trust the exit code alone but ask for a
// result that the tests themselves write (see run-extension-tests.ts).
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { prepareOfflineEditor } from "./offline";
import { outFolder } from "./paths";
import { startServer } from "./server";
import type { EditorServer } from "./server";
import { openBrowser, workbenchAddress } from "./workbench";
import type { Browser } from "./workbench";

/** Ends a run that hangs; a photograph of the workbench then tells where. */
const limit = 600_000;

/** Not strict: the arguments for the desktop that mean nothing here are let through. */
const { values, positionals } = parseArgs({
  strict: false,
  allowPositionals: true,
  options: {
    extensionTestsPath: { type: "string" },
    extensionDevelopmentPath: { type: "string", multiple: true },
    "user-data-dir": { type: "string" },
    "extensions-dir": { type: "string" },
    "disable-extensions": { type: "boolean" },
  },
});

const paths = (value: unknown): string[] =>
  [value]
    .flat()
    .filter((path) => typeof path === "string")
    .map((path) => resolve(path.replace(/^file:\/\//, "")));

let server: EditorServer | undefined;
let browser: Browser | undefined;

async function runTests(): Promise<number> {
  const [testsModule] = paths(values["extensionTestsPath"]);
  if (!testsModule) throw new Error("--extensionTestsPath is needed: this stand-in only runs tests.");
  const chromium = await prepareOfflineEditor();

  const [userDataFolder] = paths(values["user-data-dir"]);
  const [extensionsFolder] = paths(values["extensions-dir"]);
  const [folder] = paths(positionals);
  server = await startServer({
    testDriver: true,
    ...(userDataFolder && { userDataFolder }),
    ...(extensionsFolder && { extensionsFolder }),
  });
  browser = await openBrowser(chromium);
  const { page } = browser;

  const result = new Promise<number>((done) => {
    page.on("crash", () => done(1));
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => done(130));
    void page.exposeFunction("codeAutomationExit", (code: number) => done(code));
    setTimeout(() => done(124), limit).unref();
  });
  await page.exposeFunction("codeAutomationLog", () => undefined);
  const address = workbenchAddress(server.port, {
    testsModule,
    developmentFolders: paths(values["extensionDevelopmentPath"]),
    disableOtherExtensions: values["disable-extensions"] === true,
    ...(folder && { folder }),
  });
  await page.goto(address);

  const code = await result;
  if (code === 124) {
    const shots = join(outFolder, "shots");
    await mkdir(shots, { recursive: true });
    await page.screenshot({ path: join(shots, "extension-tests-hang.png") });
    console.error(
      `No result after ${limit / 60_000} minutes; see test/.out/shots/extension-tests-hang.png.\n${server.log()}`,
    );
  }
  return code;
}

process.exitCode = await runTests().catch((error: unknown) => {
  console.error(error);
  return 2;
});
await browser?.close();
await server?.stop();
process.exit();
