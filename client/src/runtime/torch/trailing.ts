/**
 * Arguments that come one by one, in PyTorch's order, or by name in an object behind them: `new Conv2d(3, 8, 3, 2, 1)`,
 * `new Conv2d(3, 8, 3, { stride: 2, padding: 1 })` and `new Conv2d(3, 8, 3, 2, { padding: 1 })` are the same.
 */
export type Trailing<Options, Names extends readonly (keyof Options)[]> =
  | [options?: Options]
  | (Names extends readonly [infer First extends keyof Options, ...infer Rest extends readonly (keyof Options)[]]
      ? [value: Options[First] | undefined, ...rest: Trailing<Options, Rest>]
      : []);

function isOptions(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  // Tensors and modules are instances of classes, options are plain.
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Trailing arguments by name. Names that were given as `undefined` are left out, so that defaults apply. */
export function named<Options>(names: readonly (keyof Options)[], args: readonly unknown[]): Options {
  const options: Partial<Options> = {};
  args.forEach((value, i) => {
    if (i === args.length - 1 && isOptions(value)) Object.assign(options, value);
    else if (value !== undefined) options[names[i] as keyof Options] = value as Options[keyof Options];
  });
  return options as Options;
}
