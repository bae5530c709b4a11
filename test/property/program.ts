import { tensorDeclarations, tensorNumber, tensorStatement } from "./tensors";

/** A small seeded generator (mulberry32), so that a failing program can be made again. */
export class Random {
  constructor(private state: number) {}

  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  below(n: number): number {
    return Math.floor(this.next() * n);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  chance(p: number): boolean {
    return this.next() < p;
  }
}

export const DIALECTS = ["tfjs", "torch"] as const;
export type Dialect = (typeof DIALECTS)[number];

/**
 * A random program with control flow over numbers, arrays, maps, objects, classes, generators and closures, which shows some of them as
 * shapes of tensors. `coin()` and `mystery(…)` are functions that the analyser knows nothing about: the first tosses, the second may
 * change the object it is given and call the function it is given, at once or whenever it is called again.
 */
export function randomProgram(seed: number, dialect: Dialect): string {
  return new Generator(new Random(seed), dialect).program();
}

const NUMBERS = ["a", "b", "c"];
const OBJECTS = ["o", "p"];

class Generator {
  /** How often a program does what the analysis cannot follow: some never do, and of those nearly everything has to be known. */
  private readonly wildness: number;
  private depth = 0;
  private loops = 0;
  private inFunction = false;
  private names = 0;

  constructor(
    private readonly random: Random,
    private readonly dialect: Dialect,
  ) {
    this.wildness = random.pick([0, 0.1, 1]);
  }

  program(): string {
    return [
      this.dialect === "tfjs"
        ? `import * as tf from "@tensorflow/tfjs";`
        : `import { nn, torch } from "shapewright/torch";`,
      `let a = ${this.random.below(5)}, b = ${this.random.below(5)}, c = ${this.random.below(5)};`,
      `const o = { n: ${this.random.below(5)}, m: 2 }, p = { n: 3, m: ${this.random.below(5)} };`,
      `const list = [${this.random.below(5)}, 2];`,
      `class Cell { size = ${this.random.below(4)}; grow(k) { this.size += k; return this; } get double() { return this.size * 2; } }`,
      `class Wide extends Cell { grow(k) { super.grow(k); this.size++; return this; } }`,
      `const cell = new ${this.random.pick(["Cell", "Wide"])}();`,
      ...this.more(),
      ...tensorDeclarations(this.random, this.dialect),
      this.functionDeclaration("f"),
      this.functionDeclaration("g"),
      `const bump = () => { ${this.random.pick(NUMBERS)} += ${this.random.below(3)}; };`,
      ...this.block(6 + this.random.below(5)),
      this.show(),
      this.show(),
      ...[
        ["a", "b"],
        ["c", "list.length"],
        ["table.size", "bag.size"],
        ["unit.n", "cell.size"],
        ["o.n", "config.width"],
        ["left.shape.length", "right.shape[0]"],
      ].map((pair) => this.shown(pair)),
    ].join("\n");
  }

  /** What the program computes with besides: more kinds of objects, and functions that change variables in other ways. */
  private more(): string[] {
    const digit = (): number => this.random.below(5);
    return [
      `const config = { width: ${digit()}, blocks: [{ out: ${digit()}, k: 2 }, { out: 3, k: ${digit()} }], get wide() { return this.width + a; }, set wide(n) { this.width = n % 9; b += 1; } };`,
      `class Unit { static made = 0; static #limit = ${digit()}; #n = ${digit()}; constructor(k = 1) { Unit.made += k; this.#n += k; } get n() { return this.#n; } set n(k) { this.#n = k % 7; c++; } static get limit() { return Unit.#limit + Unit.made % 3; } }`,
      `const unit = new Unit(${this.random.below(3)});`,
      `const table = new Map([["x", ${digit()}], ["y", 2]]), bag = new Set([1, ${digit()}]);`,
      `function* steps(n) { let k = ${digit()}; while (k < n % 5 + 2) { yield k; ${this.choose(["k++;", "k += a % 2 + 1;", "k += 2; b++;", "if (coin()) yield 1; k++;"])} } ${this.choose(["", "yield* [1, 2];", "c += 1;"])} }`,
      `const dig = (n) => n <= 0 ? 1 : ${this.choose(["dig(n - 1) + 1", "dig(n - 2) + dig(n - 1) % 5", "(b++, dig(n - 1))", "coin() ? 2 : dig(n - 1)"])};`,
      `const makers = []; for (let i = 0; i < ${1 + this.random.below(3)}; i++) makers.push((d = 1) => i + d + ${this.choose(["a", "0", "list.length"])});`,
      `const later = async (n) => { ${this.choose(["", "await null;", "b += 1;"])} ${this.choose(["a", "c"])} += n % 4; ${this.choose(["", "await null; b++;"])} return n + 1; };`,
      `const adder = ((k, n = 0) => { a += k % 3; return k + n; }).bind(null, ${digit()});`,
    ];
  }

  private functionDeclaration(name: string): string {
    const outer = this.inFunction;
    this.inFunction = true;
    const body = [...this.block(2), `return ${this.number()};`].join("\n");
    this.inFunction = outer;
    return `function ${name}(x, y = ${this.random.below(4)}) {\n${body}\n}`;
  }

  private block(count: number): string[] {
    this.depth++;
    const statements = Array.from({ length: count }, () => this.statement());
    this.depth--;
    return statements;
  }

  private show(): string {
    return this.shown([this.number(), this.number()]);
  }

  private shown(numbers: readonly string[]): string {
    const sizes = numbers.map((number) => `(Math.abs(${number}) % 9 || 0) + 1`).join(", ");
    return this.dialect === "tfjs" ? `tf.zeros([${sizes}]);` : `torch.zeros(${sizes});`;
  }

  private number(deep = 0): string {
    const variable = (): string => this.random.pick([...NUMBERS, ...(this.inFunction ? ["x", "y"] : [])]);
    if (deep > 2) return variable();
    const one = (): string => this.number(deep + 1);
    if (this.random.chance(0.08)) return tensorNumber(this.random);
    if (this.random.chance(0.3)) return this.furtherNumber(one, variable);
    switch (this.random.below(15)) {
      case 0:
        return String(this.random.below(6));
      case 1:
        return `(${one()} + ${one()})`;
      case 2:
        return `(${one()} * ${one()} % 7)`;
      case 3:
        return `Math.max(${one()}, ${one()})`;
      case 4:
        return `${this.random.pick(OBJECTS)}.${this.random.pick(["n", "m"])}`;
      case 5:
        return "list.length";
      case 6:
        return `(${this.condition()} ? ${one()} : ${one()})`;
      case 7:
        return this.inFunction || this.depth > 3
          ? variable()
          : `${this.random.pick(["f", "g"])}(${one()}${this.random.chance(0.5) ? `, ${one()}` : ""})`;
      case 8:
        return "cell.size";
      case 9:
        return "cell.double";
      case 10:
        return `list.reduce((s, v) => s + v % 3, ${one()})`;
      case 11:
        return `(list[${this.random.below(2)}] ?? 1)`;
      default:
        return variable();
    }
  }

  private furtherNumber(one: () => string, variable: () => string): string {
    const outside = this.inFunction || this.depth > 3 ? variable() : undefined;
    return this.random.pick([
      `(table.get(${this.random.pick(['"x"', '"y"', '"z"', 'coin() ? "x" : "y"'])}) ?? 2)`,
      "table.size",
      "bag.size",
      `(bag.has(${this.random.below(4)}) ? 1 : 2)`,
      "config.wide",
      "config.width",
      `(config.blocks[${this.random.pick(["0", "1", "a % 2"])}]?.out ?? 3)`,
      "config.blocks.map((block) => block.out * block.k).reduce((x, y) => x + y % 5, 0)",
      "Unit.made",
      "Unit.limit",
      "unit.n",
      `makers[${this.random.pick(["0", "makers.length - 1"])}](${this.random.below(3)})`,
      "Object.keys(p).length",
      "(o?.q?.r ?? 4)",
      '("n" in o ? 1 : 2)',
      `(cell instanceof ${this.random.pick(["Cell", "Wide"])} ? 2 : 3)`,
      "[...list, a, b].findIndex((v) => v % 3 === 1) + 1",
      "[3, a, 1].sort((x, y) => x - y)[0]",
      "list.toReversed()[0]",
      `(${one()} & 7)`,
      `(${one()} >> 1)`,
      `Number(\`\${${one()}}\`)`,
      `((${one()} % 4) ** 2)`,
      outside ?? `dig(${this.random.below(5)})`,
      outside ?? `[...steps(${one()})].length`,
      outside ?? `Math.max(0, ...steps(${this.random.below(4)}))`,
      outside ?? `adder(${one()})`,
    ]);
  }

  private condition(): string {
    switch (this.random.below(6)) {
      case 0:
      case 1:
        return this.toss() ? "coin()" : this.random.pick([`${this.number(2)} % 2 === 0`, "true", "a > b"]);
      case 2:
        return `${this.number(2)} > ${this.number(2)}`;
      case 3:
        return `${this.number(2)} % 2 === 0`;
      case 4:
        return this.toss() ? `(coin() && ${this.number(2)} < 3)` : `(a % 2 && ${this.number(2)} < 3)`;
      default:
        return `!(${this.number(2)} === ${this.number(2)})`;
    }
  }

  /** One of them, a tame one if the program is. */
  private choose(texts: readonly string[]): string {
    for (;;) {
      const text = this.random.pick(texts);
      if (!text.includes("coin") || this.toss()) return text;
    }
  }

  private toss(): boolean {
    return this.random.chance(this.wildness);
  }

  /** The statement, tame if the program is: what it does can be followed then. */
  private statement(): string {
    for (let i = 0; i < 20; i++) {
      const statement = this.anyStatement();
      if (!/\b(coin|mystery)\(/.test(statement) || this.toss()) return statement;
    }
    return this.show();
  }

  private anyStatement(): string {
    const simple = this.depth > 3;
    const target = this.random.pick(NUMBERS);
    if (this.random.chance(0.2)) return this.tensorStatement();
    if (this.random.chance(0.35)) return this.furtherStatement(target, simple);
    switch (this.random.below(simple ? 8 : 18)) {
      case 0:
      case 1:
        return `${target} = ${this.number()} % 100;`;
      case 2:
        return this.show();
      case 3:
        return `${this.random.pick(OBJECTS)}.${this.random.pick(["n", "m"])} = ${this.number()} % 50;`;
      case 4:
        return this.random.pick([
          `if (list.length < 6) list.push(${this.number()} % 9);`,
          "if (list.length > 1) list.pop();",
          "list.reverse();",
        ]);
      case 5:
        return this.random.pick(["bump();", `cell.grow(${this.random.below(3)});`, `${target}++;`]);
      case 6:
        return this.random.pick([
          `mystery(${this.random.pick(OBJECTS)});`,
          "mystery(undefined, bump);",
          `mystery(list);`,
        ]);
      case 7:
        return this.leave();
      case 8:
      case 9:
        return `if (${this.condition()}) {\n${this.block(2).join("\n")}\n}${this.random.chance(0.6) ? ` else {\n${this.block(2).join("\n")}\n}` : ""}`;
      case 10:
        return this.loop(
          (body) =>
            `for (let i${this.depth} = 0; i${this.depth} < ${this.random.below(4)}; i${this.depth}++) {\n${body}\n}`,
        );
      case 11:
        return this.loop(
          (body) => `for (const v${this.depth} of list.slice()) {\n${target} += v${this.depth} % 3;\n${body}\n}`,
        );
      case 12: {
        const count = `k${this.names++}`;
        return this.loop((body) => `let ${count} = 0;\nwhile (${count}++ < 4 && coin()) {\n${body}\n}`);
      }
      case 13:
        return `try {\n${this.block(2).join("\n")}\nif (${this.condition()}) throw new Error("thrown");\n${this.block(1).join("\n")}\n} catch {\n${this.block(1).join("\n")}\n}${this.random.chance(0.3) ? ` finally { ${target} = ${target} + 1; }` : ""}`;
      case 14:
        return `switch (${this.number()} % 3) {\ncase 0: ${target} = 1; ${this.random.pick(["break;", ""])}\ncase 1: ${target} += 2; break;\ndefault: ${this.block(1).join("\n")}\n}`;
      case 15: {
        const alias = `q${this.names++}`;
        return `{ const ${alias} = ${this.condition()} ? o : p; ${alias}.n = ${this.number()} % 20; }`;
      }
      case 16: {
        const copy = `r${this.names++}`;
        return `{ const { n: ${copy}, ...others${copy} } = { ...${this.random.pick(OBJECTS)}, k: ${this.number()} % 9 }; ${target} = ${copy} + others${copy}.k; }`;
      }
      default:
        return `[${this.number()}, ${this.number()}].forEach((v) => { ${target} = ${target} + v % 4; });`;
    }
  }

  private furtherStatement(target: string, simple: boolean): string {
    const plain = [
      this.show(),
      this.show(),
      `table.set(${this.random.pick(['"x"', '"z"', 'coin() ? "x" : "w"'])}, ${this.number()} % 20);`,
      `table.delete(${this.random.pick(['"x"', '"y"', 'coin() ? "x" : "y"'])});`,
      `bag.add(${this.number()} % 5);`,
      `bag.delete(${this.random.below(4)});`,
      `config.wide = ${this.number()} % 30;`,
      `config.blocks[${this.random.pick(["0", "1", "coin() ? 0 : 1"])}].out = ${this.number()} % 9;`,
      `Unit.made = ${this.number()} % 10;`,
      `unit.n = ${this.number()} % 40;`,
      `new Unit(${this.number()} % 3);`,
      `delete ${this.random.pick(["o.extra", "p.m", "o[coin() ? 'n' : 'extra']"])};`,
      "o.n ??= 3; p.m ??= 4;",
      `[a, b] = [b, ${this.number()} % 50];`,
      `list.splice(${this.random.pick(["0, 1", "0, 1, 4", "coin() ? 0 : 1, 1", "list.length, 0, 2"])});`,
      "list.sort((x, y) => y - x);",
      `list[${this.random.pick(["0", "coin() ? 0 : 1"])}] = ${this.number()} % 9;`,
      "mystery(config); config.blocks ??= []; config.blocks[0] ??= { out: 1, k: 1 }; config.blocks[1] ??= { out: 2, k: 1 };",
      "mystery(table);",
      "mystery();",
      "mystery(undefined, () => { cell.size = 3; });",
      `o.q = { r: ${this.number()} % 9 };`,
      `[1, 2, 3].some((v) => { ${target} += v; return ${this.condition()}; });`,
    ];
    if (simple) return this.random.pick(plain);
    const label = `l${this.names++}`;
    const count = `d${this.names++}`;
    return this.random.pick([
      ...plain,
      this.loop(
        (body) =>
          `for (const s${this.depth} of steps(${this.number()} % 5)) {\n${target} += s${this.depth} % 3;\n${body}\n}`,
      ),
      this.loop((body) => `let ${count} = 0;\ndo {\n${body}\n} while (++${count} < ${1 + this.random.below(3)});`),
      this.loop(
        (body) =>
          `${label}: for (const u of [1, 2]) for (const w of [1, 2]) {\n${body}\nif (${this.condition()}) ${this.random.pick(["break", "continue"])} ${label};\n${target} += u * w;\n}`,
      ),
      `for (const [key, value] of table) { ${target} += value % 3 + key.length; }`,
      `for (const key in config) if (key === "width") ${target} += 1;`,
      `{ const [first = 1, ...rest] = ${this.random.pick(["list", "steps(4)", "bag"])}; ${target} = first + rest.length; }`,
      ...(this.inFunction
        ? []
        : [
            `${target} = await later(${this.number()} % 6);`,
            `${target} += (await Promise.all([later(1), 2, later(b % 3)])).length;`,
            `later(${this.number()} % 5);`,
            `for await (const v of [later(1), 3]) ${target} += v;`,
          ]),
      `try { if (${this.condition()}) throw new Error("thrown"); ${this.block(1).join("\n")} } finally { ${target} = ${target} % 30; }`
        .replace(/^/, "try { ")
        .concat(" } catch {}"),
    ]);
  }

  private tensorStatement(): string {
    return tensorStatement(this.random, this.dialect, {
      number: () => this.number(2),
      condition: () => this.condition(),
      mayWait: !this.inFunction,
      name: String(this.names++),
    });
  }

  private loop(wrap: (body: string) => string): string {
    this.loops++;
    const body = this.block(2).join("\n");
    this.loops--;
    return wrap(body);
  }

  /** A way out, if there is something to leave; behind a condition, so that what follows is not always dead. */
  private leave(): string {
    const ways = [
      ...(this.loops > 0 ? ["break;", "continue;"] : []),
      ...(this.inFunction ? [`return ${this.number()};`] : []),
    ];
    return ways.length === 0 ? this.show() : `if (${this.condition()}) ${this.random.pick(ways)}`;
  }
}
