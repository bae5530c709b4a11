import { Module, snakeCase } from "./module";

/** A layer of this library, whose state has the names that PyTorch gives it: weights exported from there fit. */
export abstract class Layer extends Module {
  override _stateName(field: string): string {
    return snakeCase(field);
  }
}
