import { describe, expect, test } from "vitest";
import { MemoryFileSystem, Workspace } from "../../server/src/compiler";
import { Span } from "../../server/src/ir";
import { analyze } from "../../server/src/interpreter/analyze";
import type { ModuleSource } from "../../server/src/interpreter/machine";
import { libraries } from "../../server/src/ops";
import { shapesOf } from "../engine/check";
import { printType } from "./printType";

type Files = Readonly<Record<string, string>>;

/** What each of some types is, when they stand behind `before` in `/main.ts`: all asked of one workspace. */
function typesIn(before: string, written: readonly string[], files: Files): Record<string, string> {
  const main = before + written.map((type, index) => `\ntype T${index} = ${type};`).join("");
  const workspace = new Workspace(new MemoryFileSystem({ ...files, "/main.ts": main }));
  return Object.fromEntries(written.map((type) => [type, printed(workspace, "/main.ts", main, type)]));
}

/** The type whose text ends the file or statement where it stands last in it. */
function printed(workspace: Workspace, file: string, text: string, written: string): string {
  const start = Math.max(text.lastIndexOf(`= ${written};`) + 2, text.lastIndexOf(`{${written}}`) + 1);
  const type = workspace.declaredType(Span.at(file, start, start + written.length));
  return type ? printType(type) : "nothing";
}

const TYPES = `
  import type * as tf from "@tensorflow/tfjs";
  import type { Tensor1D } from "@tensorflow/tfjs";
  export interface Inputs { x: tf.Tensor2D; mask?: tf.Tensor1D }
  export interface Batch extends Inputs { y: Tensor1D; size: number; readonly mode: "train" | "test" }
  export type Image = tf.Tensor2D;
  export type Loss = tf.Scalar | undefined;
  export type Pair = [first: tf.Tensor2D, second: Batch["y"]];
  export class Net { weight!: tf.Tensor2D }
  export function step(batch: Batch, scale: number): void {}
  export interface Nested { a: { b: { c: { d: { e: tf.Tensor2D } } } } }
`;

const IMPORTS = `
  import type { Batch, Image, Inputs, Loss, Nested, Net, Pair } from "./types";
  import { step } from "./types";
  import { type Rank, type Tensor, Variable } from "@tensorflow/tfjs";
`;

const INPUTS = "{ x: tf.Tensor2D; mask?: tf.Tensor1D }";

describe("a declared type", () => {
  test("is what the checker works out, whether or not the library is installed", () => {
    const expected = {
      Inputs: INPUTS,
      Batch: '{ y: tf.Tensor1D; size: number; mode: "train" | "test"; x: tf.Tensor2D; mask?: tf.Tensor1D }',
      "Readonly<Inputs>": INPUTS,
      "Partial<Inputs>": "{ x?: tf.Tensor2D; mask?: tf.Tensor1D }",
      "Omit<Batch, keyof Inputs | 'mode'>": "{ y: tf.Tensor1D; size: number }",
      "Parameters<typeof step>[0]['y']": "tf.Tensor1D",
      Image: "tf.Tensor2D",
      Loss: "tf.Scalar | undefined",
      Nested: "{ a: { b: { c: { d: ? } } } }",
      Pair: "[tf.Tensor2D, tf.Tensor1D]",
      "Image[]": "tf.Tensor2D[]",
      "Inputs & { n: 3 }": "{ x: tf.Tensor2D; mask?: tf.Tensor1D; n: 3 }",
      "boolean | 'auto'": '"auto" | boolean',
      "typeof step": "function",
      Net: "?",
      "Date[]": "?[]",
      Missing: "?",
      "Tensor<Rank.R1>": "tf.Tensor1D",
      "Variable<Rank.R2>": "tf.Tensor2D",
      "Tensor & { readonly brand: 'image' }": "tf.Tensor",
      "typeof Variable": "function",
      "Map<string, Tensor>": "?",
    };
    expect(typesIn(IMPORTS, Object.keys(expected), { "/types.ts": TYPES })).toEqual(expected);
  });

  test("has the shape that a tensor of shapewright/torch is declared with", () => {
    const types = `
      import type { nn, Tensor } from "shapewright/torch";
      export interface Batch { x: Tensor<["N", 3]>; y: Tensor; w: nn.Parameter }
    `;
    const before = `import type { Batch } from "./types"`;
    expect(typesIn(before, ["Readonly<Batch>"], { "/types.ts": types })).toEqual({
      "Readonly<Batch>": '{ x: torch.Tensor<["N", 3]>; y: torch.Tensor; w: torch.Tensor }',
    });
  });

  test("may be documented in JavaScript", () => {
    const main = `
      /** @typedef {{ x: import("@tensorflow/tfjs").Tensor2D, n: number }} Data */
      /** @param {import("./types").Inputs} inputs
       *  @param {Data} data */
      export function step(inputs, data) {}
    `;
    const workspace = new Workspace(new MemoryFileSystem({ "/types.ts": TYPES, "/main.js": main }));
    expect(printed(workspace, "/main.js", main, `import("./types").Inputs`)).toBe(INPUTS);
    expect(printed(workspace, "/main.js", main, "Data")).toBe("{ x: tf.Tensor2D; n: number }");
  });

  test("follows edits, and files that come and go", () => {
    const files = new MemoryFileSystem({ "/main.ts": `import type { A } from "./a"; type T = A;` });
    const workspace = new Workspace(files);
    const ask = () => printed(workspace, "/main.ts", files.readFile("/main.ts") ?? "", "A");
    expect(ask()).toBe("?");
    files.write("/a.ts", "export interface A { n: number }");
    workspace.fileChanged("/a.ts");
    expect(ask()).toBe("{ n: number }");
    workspace.setOverlay("/a.ts", "export interface A { n: string }");
    expect(ask()).toBe("{ n: string }");
    files.remove("/a.ts");
    workspace.setOverlay("/a.ts", undefined);
    expect(ask()).toBe("?");
  });

  test("is nothing where no type is written, and in files that are too large to be written by hand", () => {
    const large = `type T = number;${" ".repeat(2_000_000)}`;
    const workspace = new Workspace(new MemoryFileSystem({ "/main.ts": "const a = 1;", "/large.ts": large }));
    expect(workspace.declaredType(Span.at("/main.ts", 0, 5))).toBeUndefined();
    expect(workspace.declaredType(Span.at("/missing.ts", 0, 5))).toBeUndefined();
    expect(printed(workspace, "/large.ts", large, "number")).toBe("nothing");
  });
});

describe("parameters of functions that nobody calls", () => {
  test("have the members of imported interfaces", () => {
    const shapes = shapesOf({
      "/types.ts": TYPES,
      "/main.ts": `
        import type { Batch } from "./types";
        export function step({ x, y }: Readonly<Batch>, batch: Batch) {
          const hidden = x.transpose();
          const rows = batch.x.sum(1);
        }
      `,
    });
    expect(shapes).toMatchObject({ x: "[?, ?]", y: "[?]", hidden: "[?, ?]", rows: "[?]" });
  });

  test("have what interfaces of the same file extend", () => {
    const shapes = shapesOf(`
      import * as tf from "@tensorflow/tfjs";
      interface Inputs { x: tf.Tensor3D }
      interface Batch extends Inputs { y: tf.Tensor1D }
      export function step({ x, y }: Batch, { x: first }: Inputs & { n: number }) {}
    `);
    expect(shapes).toMatchObject({ x: "[?, ?, ?]", y: "[?]", first: "[?, ?, ?]" });
  });

  test("have the types that JavaScript documents", () => {
    const shapes = shapesOf({
      "/main.js": `
        import * as tf from "@tensorflow/tfjs";
        /**
         * @param {tf.Tensor4D} images
         * @param {{ labels: tf.Tensor1D }} targets
         */
        export function step(images, { labels }) {}
      `,
    });
    // The sizes of a parameter are called as the program gets at them.
    const sizes = [0, 1, 2, 3].map((axis) => `images.shape[${axis}]`);
    expect(shapes).toEqual({ images: `[${sizes.join(", ")}]`, labels: "[?]" });
  });

  test("are unknown, and silent, where their package is not there", () => {
    const shapes = shapesOf(`
      import * as tf from "@tensorflow/tfjs";
      import type { Frame } from "some-camera";
      export function step(frame: Frame) {
        const pixels = frame.pixels.slice(1);
      }
    `);
    expect(shapes).toEqual({});
  });
});

describe("the type checker", () => {
  function questionsOf(files: Files): string[] {
    const workspace = new Workspace(new MemoryFileSystem(files));
    const asked: string[] = [];
    const source: ModuleSource = {
      module: (file) => workspace.module(file),
      resolve: (specifier, fromFile) => workspace.resolve(specifier, fromFile),
      declaredType({ file, start, end }: Span) {
        asked.push((files[file] ?? "").slice(start, end));
        return undefined;
      },
    };
    analyze(source, Object.keys(files), { libraries });
    return asked;
  }

  test("is not started for what is written out", () => {
    const asked = questionsOf({
      "/net.ts": "export class Net { constructor(readonly width: number) {} }",
      "/main.ts": `
        import * as tf from "@tensorflow/tfjs";
        import type { LayersModel } from "@tensorflow/tfjs";
        import { Net } from "./net";
        interface Batch { x: tf.Tensor2D; y: tf.Tensor1D }
        type Sizes = [number, number] | undefined;
        export function train(model: LayersModel, other: tf.Sequential, net: Net, batch: Batch, sizes: Sizes) {}
        export function rest<T>(a: any, b: T, c: Array<number>, d: Map<string, T>, e: () => void, f = 1, g?: unknown) {}
      `,
    });
    expect(asked).toEqual([]);
  });

  test("is not started for files without tensors", () => {
    const asked = questionsOf({
      "/types.ts": "export interface Options { verbose: boolean }",
      "/main.ts": `
        import type { Options } from "./types";
        export function run(options: Readonly<Options>) {}
      `,
    });
    expect(asked).toEqual([]);
  });

  test("is asked about imported and computed types", () => {
    const asked = questionsOf({
      "/types.ts": TYPES,
      "/main.ts": `
        import { type Batch, step } from "./types";
        export function one(batch: Batch, options: { batch?: Batch; all: Batch[] }) {}
        export function two(batch: Parameters<typeof step>[0]) {}
      `,
    });
    expect(asked).toEqual(["Batch", "Batch", "Parameters<typeof step>[0]"]);
  });
});
