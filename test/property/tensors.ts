import type { Dialect, Random } from "./program";

/** The variables of a random program that hold tensors: of rank 1 to 4, with sizes from 1 on, whatever was done to them. */
export const TENSORS = ["left", "right"];

/** How the same is said in both dialects. */
interface Words {
  readonly zeros: (...sizes: string[]) => string;
  readonly reshape: (tensor: string, sizes: string) => string;
  readonly join: (tensor: string) => string;
  readonly stack: (tensor: string) => string;
  readonly turn: (tensor: string) => string;
  readonly grow: (tensor: string, axis: 0 | 1) => string;
  readonly total: (tensor: string, axis: string) => string;
  readonly product: (left: string, right: string) => string;
  readonly layer: string;
}

const WORDS: Readonly<Record<Dialect, Words>> = {
  tfjs: {
    zeros: (...sizes) => `tf.zeros([${sizes.join(", ")}])`,
    reshape: (tensor, sizes) => `${tensor}.reshape([${sizes}])`,
    join: (tensor) => `${tensor}.concat(${tensor}, 0)`,
    stack: (tensor) => `tf.stack([${tensor}, ${tensor}])`,
    turn: (tensor) => `${tensor}.transpose()`,
    grow: (tensor, axis) => `${tensor}.expandDims(${axis})`,
    total: (tensor, axis) => `${tensor}.sum(${axis}, true)`,
    product: (left, right) => `${left}.matMul(${right})`,
    layer: `class Layer { constructor(width, out) { this.weight = tf.zeros([width, out]); } forward(t) { return t.matMul(this.weight); } }`,
  },
  torch: {
    zeros: (...sizes) => `torch.zeros(${sizes.join(", ")})`,
    reshape: (tensor, sizes) => `${tensor}.reshape(${sizes})`,
    join: (tensor) => `torch.cat([${tensor}, ${tensor}], 0)`,
    stack: (tensor) => `torch.stack([${tensor}, ${tensor}])`,
    turn: (tensor) => `${tensor}.transpose(0, -1)`,
    grow: (tensor, axis) => `${tensor}.unsqueeze(${axis})`,
    total: (tensor, axis) => `${tensor}.sum(${axis}, true)`,
    product: (left, right) => `torch.matmul(${left}, ${right})`,
    layer: `class Layer extends nn.Module { constructor(width, out) { super(); this.inner = new nn.Linear(width, out); } forward(t) { return this.inner(t); } }`,
  },
};

/** Models and helpers, built from the configuration of the program. */
export function tensorDeclarations(random: Random, dialect: Dialect): string[] {
  const say = WORDS[dialect];
  const size = (): string => String(1 + random.below(4));
  return [
    `let left = ${say.zeros(size(), size())}, right = ${say.zeros(size(), size(), size())};`,
    say.layer,
    `class Block { #uses = 0; constructor({ out, k = 1 }, { wide = false } = {}) { this.out = Math.abs(out) % 5 + 1; this.k = k % 3; this.wide = wide; } forward(t) { this.#uses++; let y = ${say.product("t", say.zeros("t.shape[1]", "this.out"))}; for (let i = 0; i < this.k; i++) y = y.relu(); return this.wide ? this.widen(y) : y; } widen(t) { return t; } get uses() { return this.#uses; } }`,
    `class Wider extends Block { widen(t) { const twice = ${say.join("super.widen(t)")}; return ${say.reshape("twice", "t.shape[0], -1")}; } }`,
    `const net = [...config.blocks.map((block, i) => i % 2 === 0 ? new Block(block) : new Wider(block, { wide: true })), { forward: (t) => new Layer(t.shape[1], ${size()}).forward(t) }];`,
    `const small = (t) => t.shape.reduce((x, y) => x * y, 1) > 60 ? ${say.zeros("2", size())} : t;`,
    `const flat = (t) => ${say.reshape("t", "t.shape[0], -1")};`,
    `const run = (t) => net.reduce((y, layer) => layer.forward(y), flat(t));`,
    `function pad(t, n = ${random.below(3)}) { return n > 0 ? pad(small(${say.join("t")}), n - 1) : t; }`,
    `function* parts(t) { const [rows, ...others] = t.shape; for (let i = 0; i < rows % 3 + 1; i++) yield i % 2 ? t : ${say.zeros("others.length + 1", "i + 1")}; }`,
    `let seen; const kept = [left], named = new Map([["u", left]]);`,
    `const tensorLater = async (t) => { ${random.pick(["", "await null;"])} return ${say.reshape("t", "-1")}; };`,
  ];
}

/** A number that is read from a tensor. */
export function tensorNumber(random: Random): string {
  const one = random.pick(TENSORS);
  return random.pick([
    `${one}.shape[0]`,
    `${one}.shape.length`,
    `${one}.shape.at(-1)`,
    `(${one}.shape[1] ?? 3)`,
    "kept.length",
    `${one}.shape.filter((n) => n > 1).length`,
    "net[0].uses",
  ]);
}

/** Does something to a tensor that works whatever its rank and its sizes are. */
export function tensorStatement(
  random: Random,
  dialect: Dialect,
  parts: {
    readonly number: () => string;
    readonly condition: () => string;
    readonly mayWait: boolean;
    readonly name: string;
  },
): string {
  const say = WORDS[dialect];
  const one = random.pick(TENSORS);
  const { name } = parts;
  // What is lost is noted where somebody takes it.
  if (random.chance(0.3))
    return `seen = ${say.zeros(`...${random.pick([`${one}.shape`, `run(${one}).shape`, "kept[kept.length - 1].shape"])}`)};`;
  return random.pick([
    `${one} = ${say.reshape(one, "-1")};`,
    `${one} = flat(${one});`,
    `if (${one}.shape.length < 4) ${one} = ${say.grow(one, random.pick([0, 1]))};`,
    `${one} = ${say.turn(one)};`,
    `${one} = small(${say.join(one)});`,
    `${one} = small(${say.reshape(say.stack(one), `-1, ${one}.shape[0]`)});`,
    `${one} = ${say.reshape(one, `...[...${one}.shape].reverse()`)};`,
    `{ const [rows${name}, ...others${name}] = ${one}.shape; ${one} = ${say.reshape(one, `rows${name}, others${name}.reduce((x, y) => x * y, 1)`)}; }`,
    `${one} = small(run(${one}));`,
    `${one} = ${parts.condition()} ? left : right;`,
    `${one} = pad(${one}${random.pick(["", ", 1", ", 0"])});`,
    `${one} = ${say.total(one, random.pick(["0", "-1"]))};`,
    `${one} = ${say.zeros(`Math.abs(${parts.number()}) % 4 + 1`, "2")};`,
    "[left, right] = [right, left];",
    `if (kept.length < 5) kept.push(${one});`,
    `${one} = kept[${random.pick(["0", "kept.length - 1"])}] ?? ${one};`,
    `named.set(${random.pick(['"u"', '"w"'])}, ${one}); ${one} = named.get(${random.pick(['"u"', '"w"'])}) ?? left;`,
    `for (const part of parts(${one})) ${one} = part;`,
    `{ const { value: part${name} = ${one} } = parts(${one}).next(); ${one} = part${name}; }`,
    `{ const shared${name} = { t: ${one}, turn() { this.t = ${say.turn("this.t")}; return this; } }; ${one} = shared${name}.turn().t; }`,
    `switch (${one}.shape.length) { case 1: ${one} = ${say.grow(one, 0)}; break; case 2: ${one} = ${say.turn(one)}; default: ${one} = ${say.reshape(one, "-1, 1")}; }`,
    ...(parts.mayWait ? [`${one} = await tensorLater(${one});`] : []),
  ]);
}
