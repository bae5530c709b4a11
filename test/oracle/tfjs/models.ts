import type * as tf from "@tensorflow/tfjs";
import type { Sizes } from "./layers";
import { define, emptyInside, example, fitting, layer, withOptions } from "./layers";
import type { Family, Named, Program } from "./program";
import { call, js, Text } from "./program";

const closed = (p: Program, sizes: Sizes): number[] => sizes.map((size) => size ?? p.random.int(6, 9));

function dataFor(p: Program, shape: readonly number[]): Promise<Named> | string {
  return p.random.chance(0.5) ? p.fresh(shape) : `tf.${p.random.pick(["zeros", "ones"])}(${js(shape)})`;
}

async function sequentialModel(p: Program, inputs: Sizes, last: readonly Text[] = []): Promise<Named> {
  const { random } = p;
  const count = random.int(1, 4);
  const model = await p.define("tf.sequential()", { name: "model" });
  const value = model.value as tf.Sequential;
  let shape: Sizes = [null, ...inputs];
  if (random.chance(0.08)) await p.state(`model.add(${layer("inputLayer", { inputShape: inputs })})`);
  for (let i = 0; i < count; i++) {
    const next = fitting(random, shape);
    const begins = value.layers.length === 0;
    await p.state(`model.add(${await define(p, begins ? withOptions(next, { inputShape: inputs }) : next)})`);
    shape = value.outputs[0]?.shape ?? [];
    await output(p);
  }
  for (const one of last) await p.state(`model.add(${one})`);
  return model;
}

/** The model's output, whose shape shows a mistake that TensorFlow.js does not. */
async function output(p: Program): Promise<void> {
  await p.define("model.outputs[0]");
}

export const sequential: Family = async (p) => {
  const { random } = p;
  const inputs = example(random);
  const model = await sequentialModel(p, inputs);
  const right = [random.int(1, 3), ...closed(p, inputs)];
  const wrong = random.chance(0.12);
  const x = await dataFor(p, wrong ? random.mistaken(right) : right);
  const empty = !wrong && emptyInside(model.value as tf.LayersModel, right);
  return p.define(
    `model.predict(${String(x)}) as tf.Tensor`,
    empty ? { overlooked: "empty-output" } : { window: true },
  );
};

async function apply(p: Program, text: Text, x: string, as = "tf.SymbolicTensor"): Promise<Named> {
  return p.define(`${await define(p, text)}.apply(${x}) as ${as}`, { window: true });
}

/** Graphs: branches that merge, shortcuts, shared layers, states, models within models. */
export const functional: Family = async (p) => {
  const { random } = p;
  const sizes = example(random);
  const x = await p.define(`tf.input(${js({ shape: sizes })})`);
  let y = await apply(p, fitting(random, x.shape), x.name);
  let inputs = [x];
  switch (random.pick(["chain", "merge", "merge", "shortcut", "shared", "nested", "two"])) {
    case "merge": {
      const other = await p.define(
        `tf.input(${js({ shape: random.chance(0.2) ? random.mistaken(y.shape.slice(1)) : y.shape.slice(1) })})`,
      );
      inputs = [x, other];
      const merge = random.pick(["concatenate", "concatenate", "add", "multiply", "average", "maximum", "minimum"]);
      const options = merge === "concatenate" && random.chance(0.4) ? { axis: random.int(1, y.rank - 1) } : {};
      y = await apply(p, layer(merge, options), `[${y.name}, ${other.name}]`);
      break;
    }
    case "shortcut":
      y = await apply(p, layer(random.pick(["add", "concatenate"])), `[${x.name}, ${y.name}]`);
      break;
    case "shared": {
      const shared = await p.define(String(fitting(random, y.shape)));
      y = await p.define(`${shared.name}.apply(${y.name}) as tf.SymbolicTensor`, { window: true });
      y = await p.define(`${shared.name}.apply(${y.name}) as tf.SymbolicTensor`, { window: true });
      break;
    }
    case "nested": {
      const inner = await p.define(`tf.model({ inputs: ${x.name}, outputs: ${y.name} })`, { name: "inner" });
      const again = await p.define(`tf.input(${js({ shape: x.shape.slice(1) })})`);
      y = await p.define(`${inner.name}.apply(${again.name}) as tf.SymbolicTensor`, { window: true });
      inputs = [again];
      break;
    }
    case "two": {
      const z = await apply(p, fitting(random, y.shape), y.name);
      await p.define(`tf.model({ inputs: ${x.name}, outputs: [${y.name}, ${z.name}] })`, { name: "model" });
      const data = await dataFor(p, [2, ...closed(p, sizes)]);
      await p.define(`model.predict(${String(data)}) as tf.Tensor[]`, { name: "out", window: true });
      return p.define(`out[${random.int(0, 1)}]`);
    }
    default:
      for (let i = random.int(0, 2); i > 0; i--) y = await apply(p, fitting(random, y.shape), y.name);
  }
  const given = inputs.length > 1 ? new Text(`[${inputs.join(", ")}]`) : new Text(inputs[0]?.name ?? "");
  await p.define(`tf.model({ inputs: ${String(given)}, outputs: ${y.name} })`, { name: "model" });
  const shapes = inputs.map((one) => [2, ...closed(p, one.shape.slice(1))]);
  const tensors: string[] = [];
  for (const shape of shapes) tensors.push(String(await dataFor(p, random.perhaps(shape, 0.06))));
  return p.define(`model.predict(${tensors.length > 1 ? `[${tensors.join(", ")}]` : tensors[0]}) as tf.Tensor`, {
    window: true,
  });
};

/** Layers on real tensors, and layers with states. */
export const eager: Family = async (p) => {
  const { random } = p;
  if (random.chance(0.35)) {
    const units = random.int(2, 4);
    const x = await p.fresh([2, random.int(2, 5), random.int(1, 3)]);
    const name = random.pick(["lstm", "gru", "simpleRNN"]);
    const wrapped = layer(name, { units, returnState: true, returnSequences: random.pick([true, undefined]) });
    const whole = random.chance(0.4)
      ? layer("bidirectional", { layer: wrapped, mergeMode: random.pick(["concat", "sum", "mul"]) })
      : wrapped;
    const states = await p.define(`${String(whole)}.apply(${x.name}) as tf.Tensor[]`, { name: "states" });
    for (let i = 0; i < (states.value as unknown[]).length; i++) await p.define(`states[${i}]`);
    return undefined;
  }
  let x = await p.fresh([random.int(1, 3), ...closed(p, example(random))]);
  for (let i = random.int(1, 3); i > 0; i--) x = await apply(p, fitting(random, x.shape), x.name, "tf.Tensor");
  return undefined;
};

/** Layers of the program's own. */
export const ownLayers: Family = async (p) => {
  const { random } = p;
  const [features, units] = [random.int(1, 5), random.int(1, 5)];
  const bodies = [
    `class extends tf.layers.Layer { constructor() { super({}); } build(inputShape) { this.kernel = this.addWeight("kernel", [inputShape[inputShape.length - 1], ${units}], "float32", tf.initializers.ones()); this.built = true; } computeOutputShape(inputShape) { return [...inputShape.slice(0, -1), ${units}]; } call(inputs) { const x = Array.isArray(inputs) ? inputs[0] : inputs; return tf.matMul(x, this.kernel.read()); } static get className() { return "Own"; } }`,
    `class extends tf.layers.Layer { constructor() { super({}); } computeOutputShape(inputShape) { return [inputShape[0], 2 * inputShape[1]]; } call(inputs) { return tf.tidy(() => { const x = inputs instanceof tf.Tensor ? inputs : inputs[0]; return tf.concat([x, x.neg()], 1); }); } static get className() { return "Own"; } }`,
    `class extends tf.layers.Layer { constructor() { super({}); } call(inputs) { const x = Array.isArray(inputs) ? inputs[0] : inputs; return x.mul(2); } static get className() { return "Own"; } }`,
  ];
  await p.define(random.pick(bodies), { name: "Own" });
  if (random.chance(0.3)) return p.define(`new Own().apply(${(await p.fresh([3, features])).name}) as tf.Tensor`);
  const layers = `[${layer("dense", { units: features, inputShape: [features] })}, new Own(), ${layer("dense", { units: 2 })}]`;
  await p.define(`tf.sequential({ layers: ${layers} })`, { name: "model" });
  return p.define(`model.predict(${call("tf.ones", random.perhaps([4, features], 0.2))}) as tf.Tensor`);
};

/** What a model tells of itself. */
export const inspected: Family = async (p) => {
  const { random } = p;
  const [a, b] = [random.int(1, 6), random.int(1, 6)];
  const layers = [
    layer("dense", { units: a, inputShape: [b], name: "first" }),
    layer("dense", { units: 3, name: "second" }),
  ];
  await p.define(`tf.sequential({ layers: ${js(layers)} })`, { name: "model" });
  await p.define("model.inputs[0]");
  await p.define("model.output as tf.SymbolicTensor");
  await p.define(`model.getLayer(${random.pick(['"first"', "undefined, 0"])}).output as tf.SymbolicTensor`);
  await p.define(`tf.zeros([5, model.inputs[0].shape[1]])`);
  await p.define("tf.zeros([2, model.layers[1].outputShape[1]])");
  await p.define("tf.model({ inputs: model.inputs, outputs: model.layers[0].output })", { name: "half" });
  await p.define(`half.predict(${call("tf.ones", random.perhaps([4, b], 0.2))}) as tf.Tensor`);
  if (random.chance(0.5)) {
    await p.state("model.pop()");
    await p.define("model.outputs[0]");
  }
};

/** Data and labels that meet a compiled model. */
export const fitted: Family = async (p) => {
  const { random } = p;
  const loss = random.pick([
    "categoricalCrossentropy",
    "sparseCategoricalCrossentropy",
    "meanSquaredError",
    "binaryCrossentropy",
    "meanAbsoluteError",
  ]);
  const classes = /categorical/i.test(loss);
  const units = classes ? random.int(2, 5) : random.pick([1, 1, 2]);
  const inputs = random.pick<Sizes>([[random.int(2, 6)], [4, 4, 1], [random.int(2, 4), 3]]);
  const body: Record<number, Text[]> = {
    1: [layer("dense", { units: 3, inputShape: inputs })],
    2: [layer("lstm", { units: 3, inputShape: inputs })],
    3: [layer("conv2d", { filters: 2, kernelSize: 3, inputShape: inputs }), layer("flatten")],
  };
  const last = layer("dense", {
    units,
    activation: classes ? "softmax" : loss === "binaryCrossentropy" ? "sigmoid" : undefined,
  });
  await p.define(`tf.sequential({ layers: ${js([...(body[inputs.length] ?? []), last])} })`, { name: "model" });
  await p.state(`model.compile(${js({ optimizer: "sgd", loss, metrics: random.pick([undefined, ["accuracy"]]) })})`);
  const n = random.int(3, 6);
  const targets = loss === "sparseCategoricalCrossentropy" ? random.pick([[n, 1], [n]]) : [n, units];
  const wrong = random.chance(0.35) ? random.pick(["x", "y", "y"]) : "";
  const x = await p.fresh(wrong === "x" ? random.mistaken([n, ...closed(p, inputs)]) : [n, ...closed(p, inputs)]);
  const y = await p.fresh(wrong === "y" ? random.mistaken(targets) : targets);
  switch (random.pick(["fit", "fit", "evaluate", "trainOnBatch", "validation"])) {
    case "fit":
      return p.state(`await model.fit(${x.name}, ${y.name}, { epochs: 1, verbose: 0 })`);
    case "validation": {
      const [vx, vy] = [
        await p.fresh([2, ...closed(p, inputs)]),
        await p.fresh(random.perhaps([2, ...targets.slice(1)], 0.1)),
      ];
      return p.state(
        `await model.fit(${x.name}, ${y.name}, { epochs: 1, verbose: 0, validationData: [${vx.name}, ${vy.name}] })`,
      );
    }
    case "evaluate":
      return p.define(`[model.evaluate(${x.name}, ${y.name})].flat()[0] as tf.Scalar`);
    default:
      return p.state(`await model.trainOnBatch(${x.name}, ${y.name})`);
  }
};
