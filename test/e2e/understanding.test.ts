// Understanding a network in a real editor: how a tensor got its shape, and the graph of a GPT beside its code, walked through, followed
// while it is edited, and saved.
// Every step starts from what the one before has left, and leaves pictures in test/.out/shots.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { prepareOfflineEditor } from "../host/offline";
import { projectRoot } from "../host/paths";
import type { EditorServer } from "../host/server";
import { startServer } from "../host/server";
import type { Browser } from "../host/workbench";
import { openBrowser, workbenchAddress } from "../host/workbench";
import { copySamples } from "../host/workspace";
import { accessibilityViolations } from "./accessibility";
import { EditorPage, testSettings, themes } from "./editor-page";

let server: EditorServer;
let browser: Browser;
let editor: EditorPage;

beforeAll(async () => {
  const [chromium, workspace] = [await prepareOfflineEditor(), await copySamples("understanding")];
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
  await editor.shot(`failed-understanding-${task.name.replaceAll(/\W+/g, "-")}`);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const part = (name: string | RegExp) => editor.webview().getByRole("treeitem", { name }).first();

async function shotsWithoutViolations(name: string): Promise<void> {
  for (const theme of themes) {
    await editor.useTheme(theme);
    await editor.shot(`${name}-${theme}`);
    expect(await accessibilityViolations(editor)).toEqual([]);
  }
}

describe("the shape timeline", { sequential: true, retry: 0 }, () => {
  it("tells how the tensor under the cursor got its shape, and leads to each step", async () => {
    await editor.openFile("mnist-cnn.ts");
    await editor.goTo("mnist-cnn.ts", "this.fc(x.view");
    await editor.runCommand("Shapewright: Show Shape Timeline");
    const page = editor.webview();
    const last = page.getByRole("button", { name: /Linear/ });
    await last.waitFor();
    expect(await last.innerText()).toMatch(/\[N, 1568\]\s*→\s*becomes\s*\[N, 10\s*changed\s*\]/);
    await shotsWithoutViolations("timeline");
    await last.focus();
    await browser.page.keyboard.press("ArrowUp");
    await page.locator(".step:focus", { hasText: "view" }).waitFor();
    await browser.page.keyboard.press("Enter");
    await editor.editorHasFocus();
    await editor.runCommand("View: Toggle Primary Side Bar Visibility");
  });
});

describe("the graph of a model", { sequential: true, retry: 0 }, () => {
  it("opens beside its code, its repeated blocks folded", async () => {
    await editor.openFile("gpt.ts");
    await editor.runCommand("Shapewright: Show Model Graph");
    await part(/^Block ×2/).waitFor();
    expect(await part(/^tokens/).getAttribute("aria-label")).toContain("gives [N, T, 48]");
    expect(await part(/^Block ×2/).getAttribute("aria-expanded")).toBe("false");
  });

  it("is walked through by keyboard: along edges, into groups, to the code", async () => {
    const { keyboard } = browser.page;
    await part(/^text/).focus();
    await keyboard.press("ArrowDown");
    await keyboard.press("ArrowDown");
    await keyboard.press("ArrowDown");
    await editor.webview().locator('[aria-label^="Block ×2"]:focus').waitFor();
    await keyboard.press("Space");
    await editor.webview().locator('[aria-label^="Block ×2"][aria-expanded="true"]').waitFor();
    await keyboard.press("ArrowDown");
    await keyboard.press("Space");
    await part(/^attention/).waitFor();
    await editor.shot("readme-graph");
    await shotsWithoutViolations("graph");
    await part(/^norm1/).focus();
    await keyboard.press("Enter");
    await editor.editorHasFocus();
  });

  it("points at what the cursor is in", async () => {
    await editor.goTo("gpt.ts", "this.mlp(");
    await editor.webview().locator(".part.pointed").first().waitFor();
    await editor.shot("graph-followed-dark");
  });

  it("shows a mistake where it happens, while it is typed", async () => {
    await editor.replace("gpt.ts", "new nn.Linear(width, vocabulary", "new nn.Linear(99, vocabulary");
    await editor.webview().locator(".part.wrong.card").first().waitFor();
    await editor.shot("graph-error-dark");
  });

  it("is saved as a picture", async () => {
    await editor.webview().getByRole("button", { name: "Save as SVG" }).click();
    await browser.page.locator(".quick-input-widget").waitFor();
    await browser.page.keyboard.press("Enter");
    const svg = () => readFile(join(editor.workspace, "Gpt.svg"), "utf8").catch(() => "");
    await expect.poll(svg, { timeout: 20_000 }).toMatch(/^<svg .*Block ×2.*<\/svg>$/s);
  });
});
