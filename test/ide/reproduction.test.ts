// What is put together for a report: the code that a shape depends on, in which the analysis still says the same.
import { describe, expect, it } from "vitest";
import { LineIndex, MemoryFileSystem, slice, Workspace } from "../../server/src/compiler";
import { reproduce, type Reproduction } from "../../server/src/ide/reproduction";
import { analyze } from "../../server/src/interpreter/analyze";
import { libraries } from "../../server/src/ops";

/** The reproduction for the `$0` in the first file. */
function reproduced(files: Readonly<Record<string, string>>): Reproduction | undefined {
  const [[main, marked] = ["", ""]] = Object.entries(files);
  const workspace = new Workspace(new MemoryFileSystem({ ...files, [main]: marked.replace("$0", "") }));
  const sources = {
    text: (file: string) => workspace.text(file) ?? "",
    lines: (file: string) => new LineIndex(workspace.text(file) ?? ""),
    revise: (texts: ReadonlyMap<string, string>) => workspace.revise(texts),
  };
  const analysis = analyze(workspace, [main], { libraries });
  return reproduce(analysis, main, marked.indexOf("$0"), sources, (request) => slice(workspace, request));
}

const torch = `import { F, nn, torch } from "shapewright/torch";\nimport type { Tensor } from "shapewright/torch";\n`;

describe("a reproduction", () => {
  it("holds what the shape depends on, and nothing else of the file", () => {
    const made = reproduced({
      "/home/ada/secret/net.ts": `${torch}import { readFileSync } from "node:fs";

// Our recipe: tell nobody.
const width = 64;
const unused = 3;
let images = torch.zeros([8, width]);
console.log("shape", images.shape);
const other = F.relu(images);
images = images.reshape([16, 32]);
function helper(path: string) { return readFileSync(path); }
const $0out = images.t(); // so far
const after = out.relu();
`,
    });
    expect(made?.files).toEqual([
      {
        name: "main.ts",
        text: `import { F, nn, torch } from "shapewright/torch";

const width = 64;
let images = torch.zeros([8, width]);
images = images.reshape([16, 32]);
const out = images.t();
`,
      },
    ]);
    expect(made).toMatchObject({ expression: "out", line: 6 });
    expect(made?.claims).toEqual(["Tensor [32, 16] float32, strides [1, 32], not contiguous"]);
  });

  it("leaves out the layers and methods that have nothing to do with it", () => {
    const made = reproduced({
      "/net.ts": `${torch}
export class Net extends nn.Module {
  conv = new nn.Conv2d(1, 8, 3);
  fc = new nn.Linear(10, 2);
  constructor(private readonly name: string) { super(); console.log(name); }
  /** @shape x [N, 1, 28, 28] */
  forward(x: Tensor): Tensor {
    const $0maps = this.conv(x);
    const flat = maps.flatten(1);
    return this.fc(flat);
  }
  describe() { return this.name; }
}
new Net("mine");
`,
    });
    expect(made?.files[0]?.text).toContain("conv = new nn.Conv2d(1, 8, 3);");
    expect(made?.files[0]?.text).toContain("@shape x [N, 1, 28, 28]");
    for (const gone of ["fc =", "describe", "flatten"]) expect(made?.files[0]?.text).not.toContain(gone);
    expect(made?.claims).toEqual(["Tensor [N, 8, 26, 26] float32, strides [5408, 676, 26, 1], contiguous"]);
  });

  it("follows imports, and calls files after nothing but their order", () => {
    const made = reproduced({
      "/app/main.ts": `${torch}import { Encoder } from "./secret/encoder";
import { unrelated } from "./unrelated";
unrelated();
const $0code = new Encoder().forward(torch.zeros([2, 4]));
`,
      "/app/unrelated.ts": "export function unrelated() {}\n",
      "/app/secret/encoder.ts": `${torch}import { settings } from "../settings";
export const LABELS = ["a", "b"];
export class Encoder extends nn.Module {
  layer = new nn.Linear(4, settings.width);
  forward(x: Tensor) { return this.layer(x); }
}
`,
      "/app/settings.ts": `export const settings = { width: 7, data: "/home/ada/data.csv" };\nexport const more = 1;\n`,
    });
    expect(made?.files.map(({ name }) => name)).toEqual(["main.ts", "other-1.ts", "other-2.ts"]);
    expect(made?.files[0]?.text).toContain(`import { Encoder } from "./other-1";`);
    expect(made?.files[1]?.text).toContain(`import { settings } from "./other-2";`);
    expect(made?.files[2]?.text).toBe(`export const settings = { width: 7, data: "/path" };\n`);
    const all = made?.files.map(({ text }) => text).join("");
    for (const gone of ["unrelated", "LABELS", "secret", "ada"]) expect(all).not.toContain(gone);
  });

  it("is about a complaint where one is pointed at, and keeps it", () => {
    const made = reproduced({
      "/net.ts": `${torch}
const a = torch.zeros([2, 3]);
const b = torch.zeros([4, 5]);
const unused = b.relu();
const c = a.mat$0mul(b);
`,
    });
    expect(made?.claims.at(-1)).toMatch(/^error shape-mismatch: /);
    expect(made?.files[0]?.text).not.toContain("unused");
  });

  it("keeps what may change a value that it depends on", () => {
    const made = reproduced({
      "/net.ts": `${torch}
const sizes = [2, 3];
function grow() { sizes.push(4); }
grow();
sizes.reverse();
if (sizes.length > 5) { sizes.pop(); }
for (let i = 0; i < 3; i++) { if (i > 1) break; console.log(i); }
const $0x = torch.zeros(sizes);
`,
    });
    const { text } = made?.files[0] ?? { text: "" };
    for (const kept of ["sizes.push(4)", "sizes.reverse()", "grow();", "sizes.pop()"]) expect(text).toContain(kept);
    expect(text).not.toContain("console.log");
  });

  it("is made of a shape that is not known, too", () => {
    const made = reproduced({
      "/net.ts": `${torch}import { load } from "elsewhere";
const unused = torch.zeros([1]);
const x = torch.zeros([2]).add(load());
const $0y = x.relu();
`,
    });
    expect(made?.claims).toEqual(["Tensor [...] float32"]);
    expect(made?.files[0]?.text).toContain(`from "elsewhere"`);
    expect(made?.files[0]?.text).not.toContain("unused");
  });

  it("is not made where there is no tensor", () => {
    expect(reproduced({ "/plain.ts": "const t$0hree = 3;\n" })).toBeUndefined();
  });
});
