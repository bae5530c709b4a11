// Checking a batch and choosing a device in a real editor, as a person does before a long run.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, it } from "vitest";
import { prepareOfflineEditor } from "../host/offline";
import { projectRoot } from "../host/paths";
import type { EditorServer } from "../host/server";
import { startServer } from "../host/server";
import type { Browser } from "../host/workbench";
import { openBrowser, workbenchAddress } from "../host/workbench";
import { copySamples } from "../host/workspace";
import { EditorPage, testSettings } from "./editor-page";

const WIDTH = `import { defineExperiment } from "shapewright";
import { F, nn, optim, torch } from "shapewright/torch";
import type { Tensor } from "shapewright/torch";

class Scorer extends nn.Module {
  fc = new nn.Linear(4, 2);

  /** @shape x [N, 4] */
  forward(x: Tensor): Tensor {
    return this.fc(x.narrow(1, 0, 4));
  }
}

const width = 6;
/** Eight rows, as some file or other has them. */
function rows(): Tensor {
  const row = Array.from({ length: width }, () => 0.5);
  return torch.tensor(JSON.parse(JSON.stringify(Array.from({ length: 8 }, () => row))));
}

export default defineExperiment({
  name: "Wider than announced",
  hyperparameters: { epochs: 2, learningRate: 0.1 },
  data: () => ({ train: [[rows(), torch.zeros([8, 2])]] }),
  model: () => new Scorer(),
  loss: (output, target) => F.mseLoss(output, target),
  optimizer: (parameters, { learningRate }) => new optim.SGD(parameters, { lr: learningRate }),
});
`;

let server: EditorServer;
let browser: Browser;
let editor: EditorPage;

beforeAll(async () => {
  const [chromium, workspace] = [await prepareOfflineEditor(), await copySamples("training")];
  await writeFile(join(workspace, "announced.ts"), WIDTH);
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
  await editor.shot(`failed-training-${task.name.replaceAll(/\W+/g, "-")}`);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

describe("before a long run", { sequential: true, retry: 0 }, () => {
  it("the sidebar says what models are trained on, and why not on better devices", async () => {
    await editor.openSideBar("Shapewright");
    await editor.treeItem("Wider than announced").waitFor();
    await editor.runCommand("Shapewright: Choose Training Device");
    const row = (name: RegExp) => browser.page.locator(".quick-input-list .monaco-list-row", { hasText: name }).first();
    await row(/wasm.*WebAssembly/s).waitFor();
    await row(/cuda.*not installed/s).waitFor();
    await editor.shotInEveryTheme("devices");
    await row(/wasm.*WebAssembly/s).click();
    await browser.page.locator(".sidebar .pane-header", { hasText: /WebAssembly, SIMD/i }).waitFor();
    await editor.shot("device-dark");
  });

  it("a line above the experiment checks one batch, and both shapes stand where they differ", async () => {
    await editor.openFile("announced.ts");
    const lens = browser.page.locator(".codelens-decoration a", { hasText: "Check one batch" }).first();
    await lens.waitFor();
    await lens.click();
    await editor.waitForProblem(/This is \[8, 6\] when it runs\. Predicted was \[N, 4\]\./);
    await editor.shotInEveryTheme("batch-differs");
  });

  it("what was seen goes with the text that it was seen of", async () => {
    await editor.replace("announced.ts", "width = 6", "width = 4");
    await editor.waitForNoProblems();
    await editor.save();
    await editor.closePanel();
  });
});
