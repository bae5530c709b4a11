import type { Family, Program, Named } from "./program";
import { call, js, Text } from "./program";
import { product } from "./random";

function nested(sizes: readonly number[], from = 0): unknown {
  const [first, ...rest] = sizes;
  if (first === undefined) return from;
  return Array.from({ length: first }, (_, i) => nested(rest, from + i * product(rest)));
}

/** A shape that stretches to `shape`, or, sometimes, does not. */
function partner(p: Program, shape: readonly number[], wrong = 0.2): number[] {
  const { random } = p;
  const cut = random.chance(0.4) ? shape.slice(random.int(0, shape.length)) : shape;
  const stretched = cut.map((size) => (random.chance(0.25) ? 1 : size));
  return random.chance(wrong) ? random.mistaken(stretched) : stretched;
}

const CREATION: readonly ((p: Program) => Promise<Named>)[] = [
  (p) => {
    const shape = p.random.shape(1, 4, [1, 2, 3]);
    const whole = p.random.chance(0.5);
    const fn = p.random.chance(0.7) ? `tf.tensor${shape.length}d` : "tf.tensor";
    if (whole) return p.define(call(fn, nested(shape)));
    const flat = nested([product(shape)]);
    return p.define(fn === "tf.tensor1d" ? call(fn, flat) : call(fn, flat, p.random.perhaps(shape), "int32"));
  },
  (p) => p.define(call("tf.range", p.random.int(0, 3), p.random.int(4, 12), p.random.pick([1, 2, 3]))),
  (p) => p.define(call("tf.linspace", 0, 1, p.random.int(2, 9))),
  (p) => p.define(call("tf.eye", p.random.int(2, 5), p.random.pick([undefined, 3]))),
  (p) => p.define(call("tf.oneHot", nested([p.random.int(2, 5)]), p.random.int(2, 6))),
  (p) => p.define(call(p.random.pick(["tf.truncatedNormal", "tf.randomStandardNormal"]), p.random.shape())),
  (p) => p.define(`${call("tf.buffer", p.random.shape(), p.random.pick([undefined, "int32"]))}.toTensor()`),
  (p) => p.define(call("tf.randomUniformInt", p.random.shape(), 0, 5)),
  async (p) => p.define(call("tf.variable", await p.fresh(p.random.shape()))),
  async (p) => p.define(call("tf.tensor", new Text(`${(await p.fresh(p.random.shape(1, 3))).name}.dataSync()`))),
  async (p) => {
    const x = await p.fresh(p.random.shape(1, 3), p.random.pick(["float32", "int32"]));
    return p.define(call("tf.tensor", new Text(`${x.name}.arraySync()`)));
  },
  async (p) => {
    const x = await p.fresh(p.random.shape(1, 3), p.random.pick(["float32", "int32"]));
    return p.define(`tf.tensor(await ${x.name}.data(), ${js(p.random.perhaps(x.shape))})`);
  },
];

const CHAINED: readonly ((p: Program, x: Named) => Promise<Named>)[] = [
  (p, x) => {
    const size = product(x.shape);
    const to = p.random.chance(0.15) ? p.random.mistaken(x.shape) : p.random.factors(size, p.random.int(1, 4));
    if (p.random.chance(0.3) && to.length > 0) to[p.random.int(0, to.length - 1)] = -1;
    return p.op("reshape", [x, to]);
  },
  (p, x) => p.op("expandDims", [x, p.random.axis(x.rank + 1)]),
  (p, x) => p.op("squeeze", [x]),
  (p, x) => p.op("transpose", [x, p.random.pick([undefined, p.random.shuffle([...x.shape.keys()])])]),
  (p, x) => p.op("tile", [x, x.shape.map(() => p.random.pick([1, 1, 2]))]),
  (p, x) =>
    p.op("pad", [
      x,
      x.shape.map(() =>
        p.random.pick([
          [0, 0],
          [1, 1],
          [0, 2],
        ]),
      ),
    ]),
  (p, x) => p.op("reverse", [x, p.random.axis(x.rank)]),
  (p, x) => p.op("cast", [x, p.random.pick(["int32", "float32", "bool"])]),
  async (p, x) =>
    p.define(
      `tf.concat([${x.name}, ${(await p.fresh(p.random.perhaps(x.shape), x.tensor.dtype)).name}], ${p.random.axis(x.rank)})`,
    ),
  async (p, x) =>
    p.define(
      `tf.stack([${x.name}, ${(await p.fresh(p.random.perhaps(x.shape), x.tensor.dtype)).name}], ${p.random.axis(x.rank + 1)})`,
    ),
  (p, x) => {
    const axis = p.random.axis(x.rank, 0);
    return p.define(`${call(`${x.name}.unstack`, axis)}[0]`);
  },
  (p, x) =>
    p.op("gather", [
      x,
      p.random.pick([
        [0],
        [0, 0],
        [
          [0, 0],
          [0, 0],
        ],
      ]),
      p.random.axis(x.rank),
    ]),
  (p, x) => {
    const begin = x.shape.map((size) => p.random.int(0, Math.max(0, size - 1)));
    const size = x.shape.map((all, i) => p.random.pick([-1, 1, all - (begin[i] ?? 0)]));
    return p.op("slice", [x, begin, p.random.chance(0.1) ? size.map((one) => one + 2) : size]);
  },
  (p, x) => p.op("stridedSlice", [x, x.shape.map(() => 0), x.shape, x.shape.map(() => p.random.int(1, 3))]),
  (p, x) =>
    p.define(
      call(
        "tf.ensureShape",
        x,
        p.random.chance(0.2) ? p.random.mistaken(x.shape) : x.shape.map((size) => p.random.pick([size, null])),
      ),
    ),
  (p, x) => p.op("broadcastTo", [x, [...p.random.pick([[], [2]]), ...x.shape]]),
  (p, x) =>
    p.define(
      call(
        "tf.mirrorPad",
        x,
        x.shape.map((size) => (size > 1 ? [1, 1] : [0, 0])),
        "reflect",
      ),
    ),
];

/** Making tensors and changing their shapes. */
export const shapes: Family = async (p) => {
  let x = await (p.random.chance(0.5)
    ? p.random.pick(CREATION)(p)
    : p.fresh(p.random.shape(), p.random.pick(["float32", "int32"])));
  for (let n = p.random.int(1, 5); n > 0 && x.rank > 0 && x.rank < 6 && product(x.shape) < 2000; n--)
    x = await p.random.pick(CHAINED)(p, x);
};

const UNARY =
  "abs acos acosh asin asinh atan atanh ceil cos cosh elu erf exp expm1 floor isFinite isInf isNaN leakyRelu log log1p " +
  "logSigmoid neg reciprocal relu relu6 round rsqrt selu sigmoid sign sin sinh softplus sqrt square step tan tanh";
const BINARY =
  "add sub mul div divNoNan floorDiv maximum minimum mod pow squaredDifference atan2 greater greaterEqual less lessEqual equal notEqual";

/** Element by element. */
export const elementwise: Family = async (p) => {
  const { random } = p;
  const a = await p.fresh(random.shape(), random.pick(["float32", "float32", "int32"]));
  const kind = random.pick([
    "unary",
    "binary",
    "binary",
    "literal",
    "where",
    "logical",
    "addN",
    "clip",
    "bitwise",
    "average",
  ]);
  const other = async (dtype?: string) => p.fresh(partner(p, a.shape), dtype);
  switch (kind) {
    case "unary":
      return p.op(random.pick(UNARY.split(" ")), [a]);
    case "binary":
      return p.op(random.pick(BINARY.split(" ")), random.shuffle([a, await other(random.pick(["float32", "int32"]))]));
    case "literal":
      return p.op(random.pick(BINARY.split(" ")), [a, random.pick([2, 0.5, nested([a.shape.at(-1) ?? 1])])]);
    case "where":
      return p.define(call("tf.where", await other("bool"), a, await other()));
    case "logical":
      return p.op(random.pick(["logicalAnd", "logicalOr", "logicalXor"]), [
        await p.fresh(a.shape, "bool"),
        await other("bool"),
      ]);
    case "addN":
      return p.define(`tf.addN([${a.name}, ${(await p.fresh(random.perhaps(a.shape), a.tensor.dtype)).name}])`);
    case "bitwise":
      return p.define(call("tf.bitwiseAnd", a, await p.fresh(random.perhaps(a.shape), "int32")));
    case "average":
      return p.define(call("tf.movingAverage", a, await p.fresh(random.perhaps(a.shape)), 0.9, 1));
    default:
      return p.op("clipByValue", [a, 0, 1]);
  }
};

/** Sums and their like. */
export const reductions: Family = async (p) => {
  const { random } = p;
  const x = await p.fresh(random.shape(), random.pick(["float32", "float32", "int32"]));
  const axis = random.axis(x.rank, 0.1);
  const axes = random.pick([undefined, axis, [axis], random.shuffle([...x.shape.keys()]).slice(0, 2)]);
  const keep = random.pick([undefined, true]);
  const kind = random.pick(["plain", "plain", "arg", "along", "norm", "topk", "moments", "cumulative", "unique"]);
  switch (kind) {
    case "plain":
      return p.op(random.pick(["sum", "mean", "max", "min", "prod", "logSumExp"]), [x, axes, keep]);
    case "arg":
      return p.op(random.pick(["argMax", "argMin"]), [x, axis]);
    case "along":
      return p.op(random.pick(["softmax", "logSoftmax"]), [x, random.pick([undefined, -1, axis])]);
    case "norm":
      return random.chance(0.5) ? p.op("norm", [x, "euclidean", axes, keep]) : p.op("euclideanNorm", [x, axes, keep]);
    case "topk":
      return p.define(
        `${call("tf.topk", x, random.int(1, (x.shape.at(-1) ?? 1) + random.pick([0, 0, 1])))}.${random.pick(["values", "indices"])}`,
      );
    case "moments":
      return p.define(`${call("tf.moments", x, axes, keep)}.${random.pick(["mean", "variance"])}`);
    case "unique":
      return p.define(`${call("tf.unique", x, random.axis(x.rank, 0))}.indices`);
    default:
      return p.op(random.pick(["cumsum", "cumprod"]), [x, random.int(0, x.rank - 1)]);
  }
};

/** Products of matrices, fused or not, einsum, and a cell by hand. */
export const products: Family = async (p) => {
  const { random } = p;
  const [m, k, n] = [random.int(1, 5), random.int(1, 5), random.int(1, 5)];
  const kind = random.pick(["matMul", "matMul", "fused", "dot", "outer", "einsum", "cell", "linear"]);
  const [ta, tb] = [random.chance(0.25), random.chance(0.25)];
  const batch = random.pick([[], [], [2], [3, 2]]);
  switch (kind) {
    case "matMul":
    case "fused": {
      // The fused product flattens its batches, and is given equal ones.
      const wrong = kind === "fused" ? 0 : 0.12;
      const inner = kind === "fused" && random.chance(0.12) ? k + 1 : k;
      const a = await p.fresh(random.perhaps([...batch, ...(ta ? [k, m] : [m, k])], wrong));
      const b = await p.fresh(random.perhaps([...batch, ...(tb ? [n, inner] : [inner, n])], wrong));
      if (a.rank < 2 || b.rank < 2) return p.op("matMul", [a, b], { overlooked: "rank-mismatch" });
      if (kind === "matMul") return p.op("matMul", [a, b, ...(tb ? [ta, true] : ta ? [true] : [])]);
      const bias = random.chance(0.6) ? new Text((await p.fresh(random.perhaps([n]))).name) : undefined;
      const options = {
        a: new Text(a.name),
        b: new Text(b.name),
        transposeA: ta || undefined,
        transposeB: tb || undefined,
        bias,
      };
      return p.define(`tf.fused.matMul(${js({ ...options, activation: random.pick([undefined, "relu"]) })})`);
    }
    case "dot":
      return p.op("dot", [
        await p.fresh(random.pick([[k], [m, k]])),
        await p.fresh(random.perhaps(random.pick([[k], [k, n]]))),
      ]);
    case "outer":
      return p.op("outerProduct", [await p.fresh([m]), await p.fresh(random.perhaps([n], 0.2))]);
    case "einsum": {
      const equation = random.pick([
        "ij,jk->ik",
        "bij,bjk->bik",
        "ij,kj->ik",
        "ij,j->i",
        "i,j->ij",
        "ij->ji",
        "bhid,bhjd->bhij",
      ]);
      const sizes = new Map([..."bhijkd"].map((label) => [label, random.int(1, 4)]));
      const inputs: Named[] = [];
      for (const term of (equation.split("->")[0] ?? "").split(",")) {
        const shape = [...term].map((label) => sizes.get(label) ?? 1);
        inputs.push(await p.fresh(random.chance(0.12) ? shape.map((size, i) => (i === 0 ? size + 1 : size)) : shape));
      }
      return p.define(call("tf.einsum", equation, ...inputs));
    }
    case "cell": {
      const [b, features, units] = [random.int(1, 3), random.int(1, 4), random.int(1, 4)];
      const kernel = await p.fresh(random.perhaps([features + units, 4 * units], 0.1));
      const bias = await p.fresh(random.perhaps([4 * units], 0.1));
      const data = await p.fresh(random.perhaps([b, features], 0.1));
      const [c, h] = [await p.fresh([b, units]), await p.fresh([b, units])];
      return p.define(
        `${call("tf.basicLSTMCell", new Text("tf.scalar(1)"), kernel, bias, data, c, h)}[${random.int(0, 1)}]`,
      );
    }
    default: {
      const x = await p.fresh([m, k]);
      const y = await p.op("matMul", [x, await p.fresh(random.perhaps([k, n], 0.1))]);
      return p.op("add", [y, await p.fresh(random.perhaps([n]))]);
    }
  }
};

const LOSSES = [
  "meanSquaredError",
  "absoluteDifference",
  "huberLoss",
  "hingeLoss",
  "logLoss",
  "softmaxCrossEntropy",
  "sigmoidCrossEntropy",
];

/** Losses and metrics. */
export const losses: Family = async (p) => {
  const { random } = p;
  const shape = random.pick([[random.int(1, 5)], [random.int(1, 5), random.int(2, 4)], [2, 3, 4]]);
  const [labels, predictions] = [await p.fresh(random.perhaps(shape, 0.25)), await p.fresh(shape)];
  if (random.chance(0.3)) {
    const metric = random.pick(["meanSquaredError", "meanAbsoluteError", "categoricalCrossentropy", "binaryAccuracy"]);
    const same = js(labels.shape) === js(shape);
    return same ? p.define(call(`tf.metrics.${metric}`, labels, predictions)) : undefined;
  }
  const loss = random.pick(LOSSES);
  const weights = random.chance(0.3)
    ? await p.fresh(loss === "softmaxCrossEntropy" ? shape.slice(0, -1) : shape)
    : undefined;
  const result = await p.define(call(`tf.losses.${loss}`, labels, predictions, weights));
  return p.op("mul", [result, 0.5]);
};
