/** A setting of an experiment that can be changed without editing the file (`--set learningRate=0.01`). */
export type HyperparameterValue = number | string | boolean;

/** `epochs` is required; `batchSize`, `learningRate` and `seed` are the conventional names of the others. */
export type Hyperparameters = Readonly<Record<string, HyperparameterValue>> & { readonly epochs: number };

/** The numbers that make sense, ends included. What is left out is open. */
export interface NumberRange {
  readonly min?: number;
  readonly max?: number;
  /** The distance between two values that a form goes through. */
  readonly step?: number;
}

/** The only values that make sense. */
export interface Choices<Value extends HyperparameterValue> {
  readonly choices: readonly Value[];
}

export type Range = NumberRange | Choices<HyperparameterValue>;

type RangeOf<Value> = [Value] extends [number]
  ? NumberRange | Choices<number>
  : [Value] extends [string]
    ? Choices<string>
    : never;

/** What the values of some hyperparameters are limited to. The form of the dashboard is made from it. */
export type Ranges<H> = { readonly [Name in keyof H]?: RangeOf<H[Name]> };

/** The ranges of any experiment, by hyperparameter. */
export type AnyRanges = Readonly<Record<string, Range>>;

/**
 * The experiment's hyperparameters with some of them replaced. A string that stands for a number or a boolean is
 * read as one, since a command line has nothing but strings.
 *
 * @throws RangeError where a name does not exist, or a value has another type than the one it replaces or is out of range.
 */
export function overrideHyperparameters(
  hyperparameters: Hyperparameters,
  overrides: Readonly<Record<string, HyperparameterValue>>,
  ranges: AnyRanges = {},
): Hyperparameters {
  const result: Record<string, HyperparameterValue> & { epochs: number } = { ...hyperparameters };
  for (const [name, value] of Object.entries(overrides)) {
    const current = hyperparameters[name];
    if (current === undefined) {
      const known = Object.keys(hyperparameters).join(", ");
      throw new RangeError(`The experiment has no hyperparameter "${name}". It has: ${known}.`);
    }
    const converted = convert(value, current);
    if (converted === undefined) {
      throw new RangeError(`The hyperparameter "${name}" is a ${typeof current}; ${JSON.stringify(value)} is not.`);
    }
    result[name] = converted;
  }
  checkHyperparameters(result, ranges);
  return result;
}

function convert(value: HyperparameterValue, current: HyperparameterValue): HyperparameterValue | undefined {
  if (typeof value === typeof current) return value;
  if (typeof value !== "string") return undefined;
  if (typeof current === "boolean") return value === "true" ? true : value === "false" ? false : undefined;
  const number = Number(value);
  return value.trim() === "" || Number.isNaN(number) ? undefined : number;
}

/** @throws TypeError for a value that is no hyperparameter, RangeError for one that makes no sense. */
export function checkHyperparameters(hyperparameters: Readonly<Record<string, unknown>>, ranges: AnyRanges = {}): void {
  for (const name of ["epochs", "batchSize"]) {
    const value = hyperparameters[name];
    if (value === undefined && name !== "epochs") continue;
    if (typeof value !== "number" || !Number.isInteger(value) || value < 1) {
      throw new RangeError(`The hyperparameter "${name}" must be a whole number of at least 1.`);
    }
  }
  for (const [name, value] of Object.entries(hyperparameters)) {
    if (typeof value !== "number" && typeof value !== "string" && typeof value !== "boolean") {
      throw new TypeError(`The hyperparameter "${name}" must be a number, a string or a boolean.`);
    }
    const range = ranges[name];
    const wrong = range && outOfRange(value, range);
    if (wrong) throw new RangeError(`The hyperparameter "${name}" must be ${wrong}; ${JSON.stringify(value)} is not.`);
  }
}

/** What a value would have to be; undefined where it is. */
function outOfRange(value: HyperparameterValue, range: Range): string | undefined {
  if ("choices" in range) {
    return range.choices.includes(value) ? undefined : `one of ${range.choices.map(String).join(", ")}`;
  }
  const { min = -Infinity, max = Infinity } = range;
  if (typeof value === "number" && value >= min && value <= max) return undefined;
  if (max === Infinity) return `at least ${min}`;
  return min === -Infinity ? `at most ${max}` : `between ${min} and ${max}`;
}

/** @throws TypeError where a range is of a hyperparameter that does not exist or is none. */
export function checkRanges(ranges: object, hyperparameters: Readonly<Record<string, unknown>>): void {
  for (const [name, range] of Object.entries(ranges) as [string, unknown][]) {
    if (!(name in hyperparameters)) {
      throw new TypeError(`defineExperiment: \`ranges\` has "${name}", which is no hyperparameter.`);
    }
    if (!isRange(range)) {
      throw new TypeError(
        `defineExperiment: the range of "${name}" must be { choices: [...] }, or { min, max, step } of numbers.`,
      );
    }
  }
}

/** Whether a value that came from outside is a range. */
export function isRange(value: unknown): value is Range {
  if (typeof value !== "object" || value === null) return false;
  const { choices, min, max, step } = value as Readonly<Record<string, unknown>>;
  if (choices !== undefined) {
    return Array.isArray(choices) && choices.length > 0 && choices.every((item) => isHyperparameterValue(item));
  }
  return [min, max, step].every((item) => item === undefined || typeof item === "number");
}

export function isHyperparameterValue(value: unknown): value is HyperparameterValue {
  return typeof value === "number" || typeof value === "string" || typeof value === "boolean";
}
