// Reading and repairing in a real editor: a network written as a newcomer would, its shapes, its mistakes, its summary.
// Every step starts from what the one before has left, and leaves pictures in test/.out/shots.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { prepareOfflineEditor } from "../host/offline";
import { projectRoot } from "../host/paths";
import type { EditorServer } from "../host/server";
import { startServer } from "../host/server";
import type { Browser } from "../host/workbench";
import { openBrowser, workbenchAddress } from "../host/workbench";
import { copySamples } from "../host/workspace";
import { EditorPage, testSettings } from "./editor-page";

const NET = `import { F, nn, torch } from "shapewright/torch";
import type { Tensor } from "shapewright/torch";

class Net extends nn.Module {
  features = new nn.Sequential(
    new nn.Conv2d(1, 16, 3, { padding: 1 }),
    new nn.ReLU(),
    new nn.MaxPool2d(2),
    new nn.Conv2d(16, 32, 3, { padding: 1 }),
    new nn.MaxPool2d(2),
  );
  fc = new nn.Linear(32 * 7 * 6, 10);

  /** @shape x [N, 1, 28, 28] */
  forward(x: Tensor): Tensor {
    const maps = this.features(x);
    const turned = maps.transpose(1, 2);
    const flat = F.relu(maps).view(maps.size(0), -1);
    return this.fc(flat);
  }
}

const images = torch.zeros(64, 1, 28, 28);
const scores = new Net().forward(images)
  .softmax(1)
  .max(1);
`;

let server: EditorServer;
let browser: Browser;
let editor: EditorPage;

beforeAll(async () => {
  const [chromium, workspace] = [await prepareOfflineEditor(), await copySamples("reading")];
  await writeFile(join(workspace, "net.ts"), NET);
  server = await startServer({ settings: testSettings, testDriver: true });
  browser = await openBrowser(chromium);
  editor = new EditorPage(browser.page, workspace);
  await editor.open(workbenchAddress(server.port, { folder: workspace, developmentFolders: [projectRoot] }));
  await editor.useTheme("dark");
});

let broken = false;
beforeEach(({ skip }) => skip(broken, "An earlier step failed."));

afterEach(async ({ task }) => {
  if (task.result?.state !== "fail") return;
  broken = true;
  await editor.shot(`failed-reading-${task.name.replaceAll(/\W+/g, "-")}`);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

describe("with a network of one's own", { sequential: true, retry: 0 }, () => {
  it("shapes stand behind layers, returns and chains, and a line above the model", async () => {
    await editor.openFile("net.ts");
    await editor.line(/MaxPool2d\(2\),?.*\[N,\s32,\s7,\s7\]/).waitFor();
    await editor.line(/forward\(images\).*\[64,\s10\]/).waitFor();
    await browser.page.locator(".codelens-decoration", { hasText: "parameters" }).first().waitFor();
    await editor.shotInEveryTheme("reading-hints");
  });

  it("a hover tells how memory lies, and how sizes came about", async () => {
    await editor.goTo("net.ts", "turned = maps");
    const hover = await editor.hoverAtCursor("Not contiguous");
    expect(await hover.innerText()).toContain("dimensions 1 and 2 were swapped");
    await editor.shot("reading-layout-dark");
    await editor.dismissHover();
    await editor.goTo("net.ts", "flat = F.relu");
    await editor.hoverAtCursor("32·7·7 = 1568");
    await editor.shot("reading-hover-dark");
    await editor.dismissHover();
  });

  it("a fix keeps the product that the code writes", async () => {
    await editor.goTo("net.ts", "this.fc(flat)");
    await editor.openQuickFixes();
    await editor.shotInEveryTheme("reading-fixes");
    await editor.chooseQuickFix("Change inFeatures to 1568");
    await editor.waitForNoProblems();
    await editor.closePanel();
    await editor.line("new nn.Linear(32 * 7 * 7, 10)").waitFor();
    await editor.save();
  });

  it("completion offers the sizes that fit", async () => {
    await editor.replace("net.ts", "maps.size(0), -1", " ");
    await browser.page.keyboard.press("Control+Space");
    await browser.page.locator(".suggest-widget .monaco-list-row", { hasText: "[N, 1568]" }).first().waitFor();
    await editor.shotInEveryTheme("reading-completion");
    await browser.page.keyboard.press("Enter");
    await editor.line(/view\(\s?maps\.size\(0\),\s-1\s?\)/).waitFor();
    await editor.save();
  });

  it("the summary of the model opens beside it, for any batch", async () => {
    await editor.runCommand("Shapewright: Show Model Summary");
    const page = editor.webview();
    await page.getByRole("rowheader", { name: "features.0" }).waitFor();
    await page.getByLabel("Batch size").fill("64");
    await page.getByLabel("Batch size").press("Enter");
    await page.getByRole("cell", { name: "[64, 16, 28, 28]" }).first().waitFor();
    await editor.shotInEveryTheme("reading-summary");
    await page.getByLabel("Filter layers").fill("conv");
    await page.getByRole("button", { name: "Parameters" }).click();
    await page.getByRole("rowheader").first().getByText("features.3").waitFor();
    await page.getByRole("button", { name: "features.3" }).click();
    await editor.line("this.features(x)").waitFor();
  });
});
