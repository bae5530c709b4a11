import type { Family } from "./program";
import { call, js } from "./program";

/** Data pipelines, and models that are trained on them. */
export const pipelines: Family = async (p) => {
  const { random } = p;
  const [features, count] = [random.int(1, 4), random.int(3, 6)];
  const example = Array.from({ length: features }, (_, i) => i / 2);
  const element = random.pick([
    js({ xs: example, ys: [1] }),
    `{ xs: ${call("tf.ones", [features])}, ys: tf.ones([1]) }`,
  ]);
  const source = random.pick([
    `tf.data.array([${element}, ${element}, ${element}, ${element}])`,
    `tf.data.generator(function* () { for (let i = 0; i < ${count}; i++) yield ${element}; })`,
    `tf.data.zip({ xs: tf.data.array(${js([example, example, example])}), ys: tf.data.array([[1], [2], [3]]) })`,
  ]);
  await p.define(source, { name: "examples" });
  const steps = random.shuffle([
    ".shuffle(4)",
    ".take(3)",
    ".repeat(2)",
    ".skip(1)",
    ".prefetch(1)",
    ".filter((one) => true)",
    ".map(({ xs, ys }) => ({ xs: tf.tidy(() => tf.mul(xs, 2)), ys: tf.tensor1d([1]) }))",
  ]);
  await p.define(`examples${steps.slice(0, random.int(0, 3)).join("")}`, { name: "prepared" });
  const batched = random.chance(0.85);
  await p.define(`prepared${batched ? `.batch(${random.pick([1, 2])}, false)` : ""}`, { name: "batches" });
  if (random.chance(0.4)) {
    await p.define("await batches.iterator()", { name: "iterator" });
    await p.define("(await iterator.next()).value", { name: "batch" });
    if (!batched) return undefined;
    await p.define("batch.xs");
    return p.define("batch.ys");
  }
  const units = random.chance(0.85) ? 1 : 2;
  const inputs = [random.chance(0.85) ? features : features + 1];
  await p.define(`tf.sequential({ layers: [tf.layers.dense({ units: ${units}, inputShape: ${js(inputs)} })] })`, {
    name: "model",
  });
  const loss = random.pick(["meanSquaredError", "binaryCrossentropy", "meanAbsoluteError"]);
  await p.state(`model.compile(${js({ optimizer: "sgd", loss })})`);
  return p.state("await model.fitDataset(batches, { epochs: 1, verbose: 0 })");
};
