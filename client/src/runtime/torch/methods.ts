import type { Tensor } from "./tensor";

/**
 * The methods that functions on a tensor become: `softmax(self, dim)` is `x.softmax(dim)`.
 * Each operation is written once, as a function, and is part of the `torch` namespace and of `Tensor` by being listed.
 */
export type Methods<Functions> = {
  [Name in keyof Functions]: Functions[Name] extends (self: Tensor, ...args: infer Args) => infer Result
    ? (...args: Args) => Result
    : never;
};

type TensorFunction = (self: Tensor, ...args: never) => unknown;

/** Adds functions to a class as methods. */
export function installMethods(prototype: object, functions: Readonly<Record<string, TensorFunction>>): void {
  for (const [name, run] of Object.entries(functions)) {
    Object.defineProperty(prototype, name, {
      value(this: Tensor, ...args: never) {
        return run(this, ...(args as never));
      },
      writable: true,
      configurable: true,
    });
  }
}
