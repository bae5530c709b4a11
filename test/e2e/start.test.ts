// What `npm start` serves where there is no desktop VS Code: a person opens the printed address in their own browser.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, it } from "vitest";
import { prepareOfflineEditor } from "../host/offline";
import { outFolder } from "../host/paths";
import type { ServedEditor } from "../host/serve";
import { startEditor } from "../host/serve";
import type { Browser } from "../host/workbench";
import { openBrowser } from "../host/workbench";
import { copySamples } from "../host/workspace";
import { EditorPage } from "./editor-page";

let served: ServedEditor;
let browser: Browser;
let editor: EditorPage;

beforeAll(async () => {
  const [chromium, workspace] = [await prepareOfflineEditor(), await copySamples("start")];
  const userData = join(outFolder, "start-user");
  await rm(userData, { recursive: true, force: true });
  served = await startEditor(workspace, userData);
  browser = await openBrowser(chromium);
  editor = new EditorPage(browser.page, workspace);
});

afterAll(async () => {
  await editor?.shot("start");
  await browser?.close();
  await served?.server.stop();
});

/** Waits for the extension's own icon, and opens a model from the tree as there is no hook to ask for readiness. */
async function seeShapes(): Promise<void> {
  await browser.page.locator('.activitybar [aria-label^="Shapewright"]').first().waitFor();
  await editor.treeItem("mnist-cnn.ts").dblclick();
  await editor.line(/x:\s\[N,\s16,\s14,\s14\]\s=.*conv1\(x\)/).waitFor();
}

describe("the address that npm start prints", { sequential: true }, () => {
  it("opens the samples with Shapewright in the activity bar and shapes beside the code", async () => {
    await browser.page.goto(served.address);
    await seeShapes();
  });

  it("still has them after a reload", async () => {
    await browser.page.reload();
    await seeShapes();
  });
});
