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

/**
 * A random program with control flow over numbers, arrays, objects, closures and functions, which shows some of them as shapes of
 * tensors. `coin()` and `mystery(…)` are functions that the analyser knows nothing about: the first tosses, the second may change the
 * object it is given and call the function it is given.
 */
export function randomProgram(seed: number): string {
  return new Generator(new Random(seed)).program();
}

const NUMBERS = ["a", "b", "c"];
const OBJECTS = ["o", "p"];

class Generator {
  private depth = 0;
  private loops = 0;
  private inFunction = false;
  private names = 0;

  constructor(private readonly random: Random) {}

  program(): string {
    return [
      `import * as tf from "@tensorflow/tfjs";`,
      `let a = ${this.random.below(5)}, b = ${this.random.below(5)}, c = ${this.random.below(5)};`,
      `const o = { n: ${this.random.below(5)}, m: 2 }, p = { n: 3, m: ${this.random.below(5)} };`,
      `const list = [${this.random.below(5)}, 2];`,
      `class Cell { size = ${this.random.below(4)}; grow(k) { this.size += k; return this; } get double() { return this.size * 2; } }`,
      `class Wide extends Cell { grow(k) { super.grow(k); this.size++; return this; } }`,
      `const cell = new ${this.random.pick(["Cell", "Wide"])}();`,
      this.functionDeclaration("f"),
      this.functionDeclaration("g"),
      `const bump = () => { ${this.random.pick(NUMBERS)} += ${this.random.below(3)}; };`,
      ...this.block(6 + this.random.below(5)),
      this.show(),
    ].join("\n");
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
    return `tf.zeros([${this.size()}, ${this.size()}]);`;
  }

  private size(): string {
    return `Math.abs(${this.number()}) % 9 + 1`;
  }

  private number(deep = 0): string {
    const variable = (): string => this.random.pick([...NUMBERS, ...(this.inFunction ? ["x", "y"] : [])]);
    if (deep > 2) return variable();
    const one = (): string => this.number(deep + 1);
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

  private condition(): string {
    switch (this.random.below(6)) {
      case 0:
      case 1:
        return "coin()";
      case 2:
        return `${this.number(2)} > ${this.number(2)}`;
      case 3:
        return `${this.number(2)} % 2 === 0`;
      case 4:
        return `(coin() && ${this.number(2)} < 3)`;
      default:
        return `!(${this.number(2)} === ${this.number(2)})`;
    }
  }

  private statement(): string {
    const simple = this.depth > 3;
    const target = this.random.pick(NUMBERS);
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
