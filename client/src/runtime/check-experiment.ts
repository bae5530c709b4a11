import { checkHyperparameters, checkRanges } from "./hyperparameters";

/** The parts in the form that can be checked at run time, where a JavaScript user may have left anything out. */
type Unchecked = Readonly<Record<string, unknown>>;

/**
 * Checks what `defineExperiment` is given.
 *
 * @throws TypeError where a part is missing or of the wrong kind, RangeError where a number makes no sense.
 */
export function checkExperiment(definition: object): void {
  const parts = definition as Unchecked;
  if (typeof parts["name"] !== "string" || parts["name"].trim() === "") {
    throw new TypeError("defineExperiment: `name` must be a string that is not empty.");
  }
  const hyperparameters = parts["hyperparameters"];
  if (!isObject(hyperparameters)) {
    throw new TypeError("defineExperiment: `hyperparameters` must be an object, for example { epochs: 6 }.");
  }
  const ranges = section(parts, "ranges");
  checkRanges(ranges, hyperparameters);
  checkHyperparameters(hyperparameters, ranges as never);
  for (const part of ["data", "model", "optimizer"]) {
    if (typeof parts[part] !== "function") throw new TypeError(`defineExperiment: \`${part}\` must be a function.`);
  }
  if (typeof parts["loss"] !== "function" && typeof parts["step"] !== "function") {
    throw new TypeError("defineExperiment: give a `loss` function, or a `step` of your own.");
  }
  if (parts["schedule"] !== undefined && typeof parts["schedule"] !== "function") {
    throw new TypeError("defineExperiment: `schedule` must be a function that makes a scheduler.");
  }
  checkMetrics(section(parts, "metrics"));
  checkMonitor(parts["monitor"]);
  if (parts["samples"] !== undefined && typeof parts["samples"] !== "function") {
    throw new TypeError("defineExperiment: `samples` must be a function that returns texts and pictures by name.");
  }
  checkPositive("histograms", section(parts, "histograms"), ["everyEpochs"]);
  checkPositive("clipGradients", section(parts, "clipGradients"), ["maxNorm", "maxValue"]);
  if (parts["earlyStopping"] !== undefined) checkEarlyStopping(section(parts, "earlyStopping"));
}

function checkMetrics(metrics: Unchecked): void {
  for (const [name, metric] of Object.entries(metrics)) {
    if (typeof metric !== "function") throw new TypeError(`defineExperiment: the metric "${name}" must be a function.`);
    if (name === "loss") throw new TypeError('defineExperiment: a metric cannot be called "loss".');
  }
}

function checkMonitor(monitor: unknown): void {
  if (monitor === undefined) return;
  const { metric, mode } = isObject(monitor) ? monitor : {};
  if (typeof metric !== "string" || (mode !== "min" && mode !== "max")) {
    throw new TypeError('defineExperiment: `monitor` must be like { metric: "accuracy", mode: "max" }.');
  }
}

function checkEarlyStopping({ patience, minDelta = 0 }: Unchecked): void {
  if (!Number.isInteger(patience) || (patience as number) < 1) {
    throw new RangeError("defineExperiment: `earlyStopping.patience` must be a whole number of epochs, at least 1.");
  }
  if (typeof minDelta !== "number" || !(minDelta >= 0)) {
    throw new RangeError("defineExperiment: `earlyStopping.minDelta` must be a number of at least 0.");
  }
}

function checkPositive(part: string, options: Unchecked, names: readonly string[]): void {
  for (const name of names) {
    const value = options[name];
    if (value !== undefined && !(typeof value === "number" && value > 0)) {
      throw new RangeError(`defineExperiment: \`${part}.${name}\` must be a number above 0.`);
    }
  }
}

/** An optional part that is an object. */
function section(parts: Unchecked, name: string): Unchecked {
  const value = parts[name] ?? {};
  if (!isObject(value)) throw new TypeError(`defineExperiment: \`${name}\` must be an object.`);
  return value;
}

function isObject(value: unknown): value is Unchecked {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
