import * as tf from "@tensorflow/tfjs";
import type { Expectation, RecordedCase } from "../cases";
import { codeOf } from "./codes";
import { Random } from "./random";

/** A call that is written as text later: options of a layer, nested layers. */
export class Text {
  constructor(private readonly text: string) {}
  toString(): string {
    return this.text;
  }
}

/** JavaScript for a value: numbers, strings, arrays and objects; {@link Text} stands as it is, `undefined` properties are left out. */
export function js(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(js).join(", ")}]`;
  if (typeof value === "string") return JSON.stringify(value);
  if (value instanceof Text || value === null || typeof value !== "object") return String(value);
  const fields = Object.entries(value).filter(([, one]) => one !== undefined);
  return fields.length > 0 ? `{ ${fields.map(([name, one]) => `${name}: ${js(one)}`).join(", ")} }` : "{}";
}

/** A call with its arguments; those at the end that are `undefined` are left out. */
export function call(name: string, ...args: readonly unknown[]): string {
  const given = [...args];
  while (given.length > 0 && given.at(-1) === undefined) given.pop();
  return `${name}(${given.map((one) => (one === undefined ? "undefined" : one instanceof Named ? one.name : js(one))).join(", ")})`;
}

/** A constant of the program, with the value that it has. */
export class Named {
  constructor(
    readonly name: string,
    readonly value: unknown,
  ) {}

  get tensor(): tf.Tensor {
    return this.value as tf.Tensor;
  }
  get shape(): number[] {
    return this.tensor.shape;
  }
  get rank(): number {
    return this.shape.length;
  }
  toString(): string {
    return this.name;
  }
}

/** Ends a program after its first error. */
export class Stop extends Error {}

export interface Check {
  /** An output without elements is a mistake. */
  readonly window?: boolean;
  /** The code of a mistake that TensorFlow.js overlooks. */
  readonly overlooked?: string;
}

const AsyncFunction = (async () => {}).constructor as FunctionConstructor;

type Symbolic = tf.SymbolicTensor;

function isTensor(value: unknown): value is tf.Tensor | Symbolic {
  return value instanceof tf.Tensor || value instanceof tf.SymbolicTensor;
}

/** Sizes that TensorFlow.js leaves open: "N" for the batch, "?" for any other. */
function shown(value: tf.Tensor | Symbolic): (number | string)[] {
  return value.shape.map((size, i) => size ?? (value instanceof tf.SymbolicTensor && i === 0 ? "N" : "?"));
}

/** A program under construction: each line runs as it is written, and what it made, or threw, is noted. */
export class Program {
  readonly lines: string[] = [];
  readonly expect: Expectation[] = [];
  private readonly names = new Map<string, unknown>([["tf", tf]]);

  constructor(readonly random: Random) {}

  private async evaluate(code: string): Promise<unknown> {
    const plain = code.replace(/ as tf\.\w+(\[\])?/g, "");
    return await (new AsyncFunction(...this.names.keys(), plain)(...this.names.values()) as Promise<unknown>);
  }

  private fail(message: string, code: string): never {
    this.expect.push({
      line: this.lines.length - 1,
      error: code,
      message: message.split("\n")[0]?.slice(0, 160) ?? "",
    });
    throw new Stop();
  }

  private async attempt(code: string, { window, overlooked }: Check): Promise<unknown> {
    let value: unknown;
    try {
      value = await this.evaluate(code);
    } catch (error) {
      if (error instanceof SyntaxError || error instanceof ReferenceError) throw error;
      this.fail((error as Error).message, overlooked ?? codeOf((error as Error).message));
    }
    if (overlooked) this.fail(`overlooked: ${code}`, overlooked);
    for (const tensor of [value].flat().filter(isTensor)) {
      const convolved = window === true || tensor instanceof tf.SymbolicTensor;
      const sizes = tensor.shape as (number | null)[];
      if (sizes.some((size) => size !== null && !(size >= 0)))
        this.fail(`the result is ${js(sizes)}`, convolved ? "empty-output" : "dim-out-of-range");
      if (convolved && sizes.includes(0)) this.fail(`the result is ${js(sizes)}`, "empty-output");
    }
    return value;
  }

  /** Writes `const tN = <expression>;` */
  async define(expression: string, check: Check & { readonly name?: string } = {}): Promise<Named> {
    const line = this.lines.length;
    const name = check.name ?? `t${line + 1}`;
    this.lines.push(`const ${name} = ${expression};`);
    const value = await this.attempt(`return ${expression};`, check);
    this.names.set(name, value);
    if (isTensor(value)) this.expect.push({ line, shape: shown(value), stride: null, dtype: value.dtype });
    return new Named(name, value);
  }

  async state(statement: string, check: Check = {}): Promise<void> {
    this.lines.push(`${statement};`);
    await this.attempt(statement, check);
  }

  /** A tensor of that shape, made in one of the ways that people write. */
  fresh(shape: readonly number[], dtype?: string): Promise<Named> {
    const { random } = this;
    if (dtype === "bool") return this.define(`${call("tf.randomUniform", shape)}.greater(0.5)`);
    if (dtype === "int32") return this.define(call(random.pick(["tf.zeros", "tf.ones"]), shape, "int32"));
    const ways = ["tf.randomUniform", "tf.randomNormal", "tf.ones", "tf.zeros"];
    return random.chance(0.15) ? this.define(call("tf.fill", shape, 0.5)) : this.define(call(random.pick(ways), shape));
  }

  /** The first operand's method, where tensors have one of that name, or the function. */
  async op(name: string, args: readonly unknown[], check: Check = {}): Promise<Named> {
    const [first, ...rest] = args;
    const method =
      first instanceof Named &&
      typeof (first.value as Record<string, unknown>)[name] === "function" &&
      this.random.chance(0.5);
    return this.define(method ? call(`${first.name}.${name}`, ...rest) : call(`tf.${name}`, ...args), check);
  }
}

export type Family = (program: Program) => Promise<unknown>;

/** A program of the family with that seed. */
export async function recorded(
  id: string,
  families: Readonly<Record<string, Family>>,
  only?: string,
): Promise<RecordedCase> {
  const random = new Random(id);
  const family = only ?? random.pick(Object.keys(families));
  const program = new Program(random);
  tf.engine().startScope();
  try {
    await families[family]?.(program);
  } catch (error) {
    if (!(error instanceof Stop)) throw new Error(`${id} (${family})\n${program.lines.join("\n")}`, { cause: error });
  } finally {
    tf.engine().endScope();
    tf.disposeVariables();
  }
  return { id, family, program: program.lines, expect: program.expect };
}
