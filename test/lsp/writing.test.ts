// What helps while code is written and changed: completion, signatures, refactorings, repairs of whole files, names of sizes.
import type * as lsp from "vscode-languageserver/node";
import { afterEach, describe, expect, it } from "vitest";
import { Client, uriOf } from "./client";
import { applyTextEdits, withCursor } from "./text";

const TORCH = `import { torch, nn, F, type Tensor } from "shapewright/torch";\n`;
const TF = `import * as tf from "@tensorflow/tfjs";\n`;

let client: Client;
afterEach(() => client.stop());

async function open(marked: string): Promise<{ text: string; position: lsp.Position }> {
  const cursor = withCursor(marked);
  client = await Client.start({});
  client.open("/net.ts", cursor.text);
  return cursor;
}

/** What is offered at the `$0`: what is inserted, and what it would give. */
async function completions(marked: string): Promise<string[]> {
  const { position } = await open(marked);
  const items = (await client.completion("/net.ts", position)) ?? [];
  return items.map(({ insertText, labelDetails }) => `${insertText} ${labelDetails?.description}`);
}

const IN_FORWARD = (line: string) => `${TORCH}
  /** @shape x [N, 32, 7, 7] */
  function f(x: Tensor) {
    ${line}
  }`;

describe("completion", () => {
  it("offers shapes that fit, with what they would give", async () => {
    expect(await completions(IN_FORWARD("return x.view($0"))).toEqual([
      "x.size(0), -1 → [N, 1568]",
      "-1 → [1568*N]",
      "-1, 7, 7 → [32*N, 7, 7]",
      "x.size(0), 224, 7 → [N, 224, 7]",
      "x.size(0), 32, 49 → [N, 32, 49]",
    ]);
  });

  it("offers what is left behind the sizes that are there", async () => {
    expect(await completions(IN_FORWARD("return x.reshape(x.size(0), 32, $0)"))).toEqual([
      "-1 → [N, 32, 49]",
      "49 → [N, 32, 49]",
      "7 → [N, 32, 7] · 7",
    ]);
  });

  it("offers no view that the strides do not allow", async () => {
    expect(await completions(IN_FORWARD("return x.transpose(1, 2).view($0)"))).not.toContain("-1 → [1568*N]");
  });

  it("names sizes by a variable where the tensor is no variable itself", async () => {
    expect(await completions(IN_FORWARD("return F.relu(x).view($0)"))).toContain("x.size(0), -1 → [N, 1568]");
  });

  it("writes TensorFlow.js' shapes in brackets", async () => {
    expect(await completions(`${TF}const x = tf.zeros([4, 28, 28]);\nx.reshape($0)`)).toContain("[4, -1] → [4, 784]");
    expect(await completions(`${TF}const x = tf.zeros([4, 28, 28]);\ntf.reshape(x, [$0])`)).toContain(
      "4, -1 → [4, 784]",
    );
  });

  it("offers orders of dimensions", async () => {
    expect((await completions(IN_FORWARD("return x.permute($0)"))).slice(0, 2)).toEqual([
      "0, 3, 1, 2 → [N, 7, 32, 7]",
      "0, 2, 3, 1 → [N, 7, 7, 32]",
    ]);
    expect(await completions(IN_FORWARD("return x.permute(0, 2, $0)"))).toContain("3, 1 → [N, 7, 7, 32]");
    expect(await completions(IN_FORWARD("return x.transpose($0)"))).toContain("1, 3 → [N, 7, 7, 32]");
  });

  it("offers the shapes that a function is called with, and names of sizes", async () => {
    const program = (tag: string) => `${TORCH}/** @shape ${tag} */\nfunction f(x: Tensor) {}\nf(torch.zeros(8, 3));\n`;
    expect(await completions(program("$0"))).toEqual(["x [8, 3] seen in a call", "returns what the function returns"]);
    expect(await completions(program("x $0"))).toEqual(["[8, 3] seen in a call"]);
    const named = `${TORCH}/** @shape x [N, T] */\nfunction g(x: Tensor) {}\n/** @shape y [$0 */\nfunction h(y: Tensor) {}`;
    expect(await completions(named)).toContain("T a size that is named in this file");
  });

  it.each(["const y = $0", "f($0)", "// x.view($0", "x.relu($0)"])("offers nothing in %s", async (line) => {
    expect(await completions(IN_FORWARD(line))).toEqual([]);
  });
});

describe("signature help", () => {
  it("tells how many elements the sizes must hold, and how many are left", async () => {
    const { position } = await open(IN_FORWARD("return x.view(x.size(0), $0"));
    expect(await client.signatureHelp("/net.ts", position)).toMatchObject({
      activeParameter: 1,
      signatures: [
        {
          label: "[N, 32, 7, 7].view(size 0, size 1, …)",
          documentation: "1568 of 1568*N elements are left for the sizes that follow.",
        },
      ],
    });
  });

  it("tells the sizes of the dimensions that are permuted", async () => {
    const { position } = await open(IN_FORWARD("return x.permute($0)"));
    expect((await client.signatureHelp("/net.ts", position))?.signatures[0]?.documentation).toBe(
      "Dimensions count from 0; the sizes are 0: N, 1: 32, 2: 7, 3: 7.",
    );
  });

  it("leaves other calls alone", async () => {
    const { position } = await open(IN_FORWARD("return x.relu($0)"));
    expect(await client.signatureHelp("/net.ts", position)).toBeNull();
  });
});

/** The text after the refactoring whose title matches, at the `$0`, or from there to the `$1`. */
async function refactored(marked: string, title: RegExp): Promise<string | undefined> {
  const { text: half, position: start } = withCursor(marked);
  const hasEnd = half.includes("$1");
  const { text, position: end } = hasEnd ? withCursor(half.replace("$1", "$0")) : { text: half, position: start };
  client = await Client.start({});
  client.open("/net.ts", text);
  const actions = await client.refactorings("/net.ts", { start, end });
  const change = actions.find((action) => title.test(action.title))?.edit?.documentChanges?.[0];
  return change && applyTextEdits(text, (change as lsp.TextDocumentEdit).edits as lsp.TextEdit[]);
}

describe("refactorings", () => {
  it("annotate a function with what its callers pass", async () => {
    const program = `${TORCH}
export function head(features: Tensor, mask: Tensor) {
  return features.add(mask);
}
head(torch.zeros(8, 20, 64), torch.zeros(20, 64));
head(torch.zeros(16, 20, 64), torch.zeros(20, 64));
`;
    const annotated = program.replace(
      "export",
      "/**\n * @shape features [N, 20, 64]\n * @shape mask [M, 64]\n */\nexport",
    );
    expect(await refactored(program.replace("head(f", "he$0ad(f"), /^Annotate head/)).toBe(annotated);
  });

  it("add to the comment that is there", async () => {
    const program = `${TORCH}/** Doubles. */\nfunction twice(x: Tensor) { return x.add(x); }\ntwice(torch.zeros(3));`;
    expect(await refactored(program.replace("twice(x", "tw$0ice(x"), /^Annotate/)).toBe(
      program.replace("/** Doubles. */", "/** Doubles.\n * @shape x [3]\n */"),
    );
  });

  it("turn channels last into channels first, with the dimensions that follow", async () => {
    const program = `${TORCH}const x = torch.zeros(8, 28, 28, 3);\nconst y = x.relu().mean(3);`;
    expect(await refactored(program.replace("x.relu", "$0x.relu"), /NHWC → NCHW/)).toBe(
      program.replace("x.relu().mean(3)", "x.permute(0, 3, 1, 2).relu().mean(1)"),
    );
  });

  it("extract layers that are selected into a module", async () => {
    const program = `${TORCH}
const net = new nn.Sequential(new nn.Conv2d(1, 8, 3), $0new nn.ReLU(), new nn.MaxPool2d(2)$1, new nn.Flatten());
net(torch.zeros(4, 1, 28, 28));
`;
    expect(await refactored(program, /^Extract/)).toBe(`${TORCH}
class Block extends nn.Module {
  layers = new nn.Sequential(new nn.ReLU(), new nn.MaxPool2d(2));

  /** @shape x [4, 8, 26, 26] */
  forward(x: Tensor): Tensor {
    return this.layers(x);
  }
}

const net = new nn.Sequential(new nn.Conv2d(1, 8, 3), new Block(), new nn.Flatten());
net(torch.zeros(4, 1, 28, 28));
`);
  });
});

describe("repairing everything", () => {
  const BROKEN = `${TORCH}
const a = new nn.Linear(3, 4)(torch.zeros(2, 5));
const b = torch.zeros(2, 3, 4).transpose(1, 2).view(2, 12);
`;
  const REPAIRED = BROKEN.replace("Linear(3", "Linear(5").replace("view(2", "reshape(2");

  it("repairs a file, as a save may ask for", async () => {
    client = await Client.start({});
    client.open("/net.ts", BROKEN);
    const [action] = await client.codeActions("/net.ts", [], ["source.fixAll.shapewright"]);
    expect(action).toMatchObject({ title: "Repair all shapes in this file", kind: "source.fixAll.shapewright" });
    const change = action?.edit?.documentChanges?.[0] as lsp.TextDocumentEdit;
    expect(applyTextEdits(BROKEN, change.edits as lsp.TextEdit[])).toBe(REPAIRED);
  });

  it("repairs a workspace", async () => {
    client = await Client.start({ "/a.ts": BROKEN, "/b.ts": BROKEN, "/c.ts": "export {};\n" });
    expect(await client.request("workspace/executeCommand", { command: "shapewright.server.fixWorkspace" })).toBe(2);
    const changes = client.appliedEdits[0]?.documentChanges as lsp.TextDocumentEdit[];
    expect(changes.map(({ textDocument }) => textDocument.uri)).toEqual([uriOf("/a.ts"), uriOf("/b.ts")]);
    expect(applyTextEdits(BROKEN, (changes[0]?.edits ?? []) as lsp.TextEdit[])).toBe(REPAIRED);
  });
});

describe("names of sizes", () => {
  const NAMED = `${TORCH}
/** @shape x [N, C, H*W]
 *  @shape returns [N, C] */
function pool(x: Tensor, y: Tensor<["N", 3]>) { return x.mean(2); }
/** @shape z [N] */
function other(z: Tensor) {}
`;
  const marked = NAMED.replace('["N"', '["$0N"');

  it("lead to where they come up first", async () => {
    const { position } = await open(marked);
    expect(await client.at<lsp.Location>("definition", "/net.ts", position)).toMatchObject({
      range: { start: { line: 2, character: 14 } },
    });
  });

  it("are found everywhere in the file", async () => {
    const { position } = await open(marked);
    const context = { includeDeclaration: true };
    const uses = await client.at<lsp.Location[]>("references", "/net.ts", position, { context });
    expect(uses.map(({ range }) => range.start.line)).toEqual([2, 3, 4, 5]);
  });

  it("are renamed everywhere in the file", async () => {
    const { text, position } = await open(marked);
    expect(await client.at("prepareRename", "/net.ts", position)).toMatchObject({ placeholder: "N" });
    const edit = await client.at<lsp.WorkspaceEdit>("rename", "/net.ts", position, { newName: "B" });
    const change = edit.documentChanges?.[0] as lsp.TextDocumentEdit;
    expect(applyTextEdits(text, change.edits as lsp.TextEdit[])).toBe(
      text
        .replace("[N, C, H*W]", "[B, C, H*W]")
        .replace("[N, C]", "[B, C]")
        .replace('"N"', '"B"')
        .replace("[N]", "[B]"),
    );
    await expect(client.at("rename", "/net.ts", position, { newName: "two words" })).rejects.toThrow("no name");
  });

  it("are nothing else", async () => {
    const { position } = await open(NAMED.replace("pool(x", "po$0ol(x"));
    expect(await client.at("definition", "/net.ts", position)).toBeNull();
    expect(await client.at("prepareRename", "/net.ts", position)).toBeNull();
  });
});
