// The story of the README in a real editor and a real browser: see shapes, break the network, repair it, train it.
// Every step starts from what the one before has left, and leaves a picture in test/.out/shots.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { prepareOfflineEditor } from "../host/offline";
import { projectRoot } from "../host/paths";
import type { EditorServer } from "../host/server";
import { startServer } from "../host/server";
import type { Browser } from "../host/workbench";
import { openBrowser, workbenchAddress } from "../host/workbench";
import { copySamples } from "../host/workspace";
import { EditorPage, testSettings } from "./editor-page";

const cnn = "mnist-cnn.ts";

let server: EditorServer;
let browser: Browser;
let editor: EditorPage;

beforeAll(async () => {
  const [chromium, workspace] = [await prepareOfflineEditor(), await copySamples("story")];
  server = await startServer({
    settings: testSettings,
    testDriver: true,
  });
  browser = await openBrowser(chromium);
  editor = new EditorPage(browser.page, workspace);
  await editor.open(workbenchAddress(server.port, { folder: workspace, developmentFolders: [projectRoot] }));
  await editor.useTheme("dark");
});

let broken = false;
beforeEach(({ skip }) => skip(broken, "An earlier step of the story failed."));

afterEach(async ({ task }) => {
  if (task.result?.state !== "fail") return;
  broken = true;
  await editor.shot(`failed-${task.name.replaceAll(/\W+/g, "-")}`);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

/** A cell of the dashboard's table of latest values. */
async function dashboardValue(metric: string, split: string, column: number): Promise<number> {
  const row = editor.webview().getByRole("row", { name: new RegExp(`${metric}\\s+${split}`) });
  return Number(await row.getByRole("cell").nth(column).innerText());
}

describe("with samples/mnist-cnn.ts open", { sequential: true, retry: 0 }, () => {
  it("shapes stand beside the code", async () => {
    await editor.openFile(cnn);
    await editor.line(/x:\s\[N,\s16,\s14,\s14\]\s=.*conv1\(x\)/).waitFor();
    await editor.line(/x:\s\[N,\s32,\s7,\s7\]\s=.*conv2\(x\)/).waitFor();
    await editor.shotInEveryTheme("hints");
  });

  it("a hover tells the shape and where it comes from", async () => {
    await editor.goTo(cnn, "view(x.size(0)");
    const hover = await editor.hoverAtCursor("1568");
    expect(await hover.innerText()).toContain("[N, 1568]");
    await editor.shot("readme-hover");
    await editor.dismissHover();
    for (const theme of ["high-contrast", "light"] as const) {
      await editor.useTheme(theme);
      await editor.hoverAtCursor("1568");
      await editor.shot(`hover-${theme}`);
      await editor.dismissHover();
    }
    await editor.useTheme("dark");
  });

  it("a layer of the wrong size is flagged", async () => {
    await editor.replace(cnn, "32 * 7 * 7", "32 * 7 * 6");
    await editor.waitForProblem(/expects 1344 input features.*got 1568/);
    await editor.shotInEveryTheme("mismatch");
    await editor.closePanel();
  });

  it("a quick fix repairs it", async () => {
    await editor.goTo(cnn, "this.fc(x.view");
    await editor.hoverAtCursor(/expects 1344 input features/);
    await editor.shot("readme-mistake");
    await editor.dismissHover();
    await editor.openQuickFixes();
    await editor.shot("readme-fix");
    await editor.chooseQuickFix("Change inFeatures to 1568");
    await editor.waitForNoProblems();
    await editor.closePanel();
    await editor.line("new nn.Linear(32 * 7 * 7, 10)").waitFor();
  });

  it("a view that no strides allow is flagged, and reshape repairs it", async () => {
    await editor.replace(cnn, "x.view(x.size(0)", "x.transpose(1, 3).view(x.size(0)");
    await editor.waitForProblem(/view cannot give .* without copying/);
    await editor.closePanel();
    await editor.goToEndOf("return this.fc(x.transpose(1, 3)");
    await editor.openQuickFixes();
    await editor.shotInEveryTheme("illegal-view");
    await editor.chooseQuickFix("Use reshape");
    await editor.waitForNoProblems();
    await editor.closePanel();
    await editor.line("x.transpose(1, 3).reshape(x.size(0), -1)").waitFor();
  });

  it("the sidebar lists it, and trains it", async () => {
    // Two epochs tell as much as six, sooner.
    await editor.replace(cnn, "epochs: 6", "epochs: 2");
    // The experiment shows what it does, too.
    const shows =
      "histograms: { everyEpochs: 1 },\n  samples: ({ model }) => ({ filters: model.conv1.weight.add(0.5), words: 'ok' }),";
    await editor.replace(cnn, "metrics: {", `${shows}\n  metrics: {`);
    await editor.openSideBar("Shapewright");
    const model = editor.treeItem("CNN on handwritten digits");
    await model.waitFor();
    await editor.shot("models-dark");
    await model.hover();
    await model.getByRole("button", { name: "Train Model" }).click();
    await editor.webview().getByRole("heading", { name: "CNN on handwritten digits" }).waitFor();
  });

  it("the loss falls in the dashboard", { timeout: 300_000 }, async () => {
    const status = editor.webview().locator(".status");
    await editor
      .webview()
      .getByRole("row", { name: /loss\s+Validation/ })
      .waitFor({ timeout: 240_000 });
    await editor.shotInEveryTheme("training");
    await status.getByText("Done").waitFor({ timeout: 240_000 });
    const highest = await dashboardValue("loss", "Train", 3);
    const latest = await dashboardValue("loss", "Validation", 1);
    expect(latest).toBeLessThan(highest / 4);
    await browser.page.mouse.move(600, 755);
    await editor.shotInEveryTheme("trained");
    // Wide enough for the charts to stand side by side.
    await browser.page.setViewportSize({ width: 1400, height: 800 });
    await editor.settle();
    await editor.shot("readme-dashboard");
  });

  it("a second run has other hyperparameters, waits, takes a step, goes on", { timeout: 300_000 }, async () => {
    const page = editor.webview();
    await page.getByText("Train with other hyperparameters").click();
    await page.getByLabel("learningRate").fill("0.0005");
    await page.getByLabel("epochs").fill("1");
    await editor.shot("hyperparameters-dark");
    await page.getByRole("button", { name: "Train with these" }).click();
    const status = editor.webview().locator(".status");
    await status.getByText("Training").waitFor({ timeout: 120_000 });
    await editor.webview().getByText("Pause", { exact: true }).click();
    await status.getByText("Paused").waitFor({ timeout: 120_000 });
    const step = async () => Number(/Step (\d+)/.exec(await editor.webview().locator(".facts").innerText())?.[1]);
    const before = await step();
    await editor.webview().getByText("One step", { exact: true }).click();
    await expect.poll(step, { timeout: 60_000 }).toBe(before + 1);
    await editor.shotInEveryTheme("paused");
    await editor.webview().getByText("Continue", { exact: true }).click();
    await status.getByText("Done").waitFor({ timeout: 240_000 });
    await editor.webview().getByRole("img", { name: "filters after epoch 1" }).scrollIntoViewIfNeeded();
    await editor.shotInEveryTheme("samples");
    await editor.webview().locator("histogram-viewer").scrollIntoViewIfNeeded();
    await editor.shot("histograms-dark");
  });

  it("the two are compared", async () => {
    const page = editor.webview();
    await page
      .getByRole("checkbox", { name: /^Drawn/ })
      .nth(1)
      .check();
    await page.getByLabel("X axis").selectOption("epoch");
    await page
      .getByText(/learningRate 0.0005 · Validation/)
      .first()
      .waitFor();
    await page.getByLabel("Smoothing").fill("0.8");
    await editor.shotInEveryTheme("compared");
    await page.locator(".runs").scrollIntoViewIfNeeded();
    await editor.shot("runs-dark");
  });

  it("the history keeps the runs", async () => {
    await editor
      .treeItem(/CNN on handwritten digits.*(accuracy|loss)/)
      .first()
      .waitFor();
  });
});
