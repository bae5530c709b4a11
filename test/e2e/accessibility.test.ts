// Every webview, in each kind of theme, has nothing that axe-core objects to.
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { prepareOfflineEditor } from "../host/offline";
import { projectRoot } from "../host/paths";
import type { EditorServer } from "../host/server";
import { startServer } from "../host/server";
import type { Browser } from "../host/workbench";
import { openBrowser, workbenchAddress } from "../host/workbench";
import { copySamples } from "../host/workspace";
import { accessibilityViolations } from "./accessibility";
import { EditorPage, testSettings, themes } from "./editor-page";
import { prepareRun } from "./prepared-run";

let server: EditorServer;
let browser: Browser;
let editor: EditorPage;

beforeAll(async () => {
  const [chromium, workspace] = [await prepareOfflineEditor(), await copySamples("accessibility")];
  await prepareRun(workspace, { id: "20260504-100000-mnist-cnn" });
  await prepareRun(workspace, {
    id: "20260504-110000-mnist-cnn",
    label: "too fast",
    created: "2026-05-04T11:00:00.000Z",
    status: "failed",
    message: "The loss became NaN at step 60 (epoch 3), so training cannot go on. Try a lower learning rate than 0.5.",
    hyperparameters: { epochs: 3, batchSize: 64, learningRate: 0.5, optimizer: "sgd", shuffle: true },
  });
  server = await startServer({ settings: testSettings, testDriver: true });
  browser = await openBrowser(chromium);
  editor = new EditorPage(browser.page, workspace);
  await editor.open(workbenchAddress(server.port, { folder: workspace, developmentFolders: [projectRoot] }));
  await editor.useTheme("dark");
});

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await editor.shot(`failed-accessibility-${task.name.replaceAll(/\W+/g, "-")}`);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

/** What axe-core finds in any theme, by theme. */
async function violationsInEveryTheme(shot: string): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const theme of themes) {
    await editor.useTheme(theme);
    await editor.shot(`${shot}-${theme}`);
    const violations = await accessibilityViolations(editor);
    if (violations.length > 0) found[theme] = violations;
  }
  return found;
}

describe("axe-core has nothing against", { sequential: true }, () => {
  it("the dashboard of a run that failed", async () => {
    await editor.runCommand("Shapewright: Open Training Dashboard");
    const page = editor.webview();
    await page.getByRole("heading", { name: "too fast" }).waitFor();
    await page.getByText("Train with other hyperparameters").click();
    await page.getByText("Why not a faster device?").click();
    expect(await violationsInEveryTheme("axe-failed")).toEqual({});
  });

  it("the dashboard of a run that is done, drawn beside another one", async () => {
    await editor.webview().getByRole("button", { name: "CNN on handwritten digits", exact: true }).click();
    const page = editor.webview();
    await page.getByRole("heading", { name: "CNN on handwritten digits" }).waitFor();
    await page.getByRole("checkbox", { name: "Drawn: too fast" }).check();
    await page.getByLabel("Smoothing").fill("0.6");
    expect(await violationsInEveryTheme("axe-done")).toEqual({});
  });

  it("the summary of a model", async () => {
    await editor.openFile("mnist-cnn.ts");
    await editor.runCommand("Shapewright: Show Model Summary");
    await editor.webview().getByRole("rowheader").first().waitFor();
    expect(await violationsInEveryTheme("axe-summary")).toEqual({});
  });
});
