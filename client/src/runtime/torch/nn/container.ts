/** Modules that hold modules. */
import { Module, Parameter } from "./module";
import type { Tensor } from "../tensor";

/** A module of one tensor, as the members of a `Sequential` have to be. */
type UnaryModule = Module & ((input: Tensor) => Tensor);

/** Modules one after the other: the output of each is the input of the next. */
export class Sequential extends Module {
  constructor(...modules: Module[]) {
    super();
    modules.forEach((module, i) => this.registerModule(String(i), module));
  }

  forward(input: Tensor): Tensor {
    return this.children().reduce((x, module) => (module as UnaryModule)(x), input);
  }

  append(module: Module): this {
    this.registerModule(String(this.children().length), module);
    return this;
  }

  [Symbol.iterator](): Iterator<Module> {
    return this.children()[Symbol.iterator]();
  }
}

/** A list whose modules are found by `parameters()`; it cannot be called. */
export class ModuleList<Item extends Module = Module> extends Module {
  constructor(modules: Iterable<Item> = []) {
    super();
    for (const module of modules) this.append(module);
  }

  forward(): never {
    throw new Error('Module [ModuleList] is missing the required "forward" function: call its modules instead.');
  }

  append(module: Item): this {
    this.registerModule(String(this.length), module);
    return this;
  }

  /** How many modules there are. */
  override get length(): number {
    return this.children().length;
  }

  /** The module at a position; negative positions count from the end. */
  at(index: number): Item {
    const found = this.children().at(index);
    if (!found) throw new RangeError(`index ${index} is out of range`);
    return found as Item;
  }

  [Symbol.iterator](): Iterator<Item> {
    return (this.children() as Item[])[Symbol.iterator]();
  }

  map<Result>(run: (module: Item, index: number) => Result): Result[] {
    return (this.children() as Item[]).map(run);
  }

  forEach(run: (module: Item, index: number) => void): void {
    (this.children() as Item[]).forEach(run);
  }
}

/** Modules by name; it cannot be called. */
export class ModuleDict<Item extends Module = Module> extends Module {
  constructor(modules: Readonly<Record<string, Item>> = {}) {
    super();
    for (const [name, module] of Object.entries(modules)) this.set(name, module);
  }

  forward(): never {
    throw new Error('Module [ModuleDict] is missing the required "forward" function: call its modules instead.');
  }

  get(name: string): Item {
    const found = this.namedChildren().find(([key]) => key === name);
    if (!found) throw new RangeError(`there is no module "${name}"`);
    return found[1] as Item;
  }

  set(name: string, module: Item): this {
    this.registerModule(name, module);
    return this;
  }

  keys(): string[] {
    return this.namedChildren().map(([name]) => name);
  }

  values(): Item[] {
    return this.children() as Item[];
  }

  entries(): [string, Item][] {
    return this.namedChildren() as [string, Item][];
  }
}

/** A list of parameters; it cannot be called. */
export class ParameterList extends Module {
  constructor(parameters: Iterable<Parameter> = []) {
    super();
    for (const parameter of parameters) this.append(parameter);
  }

  forward(): never {
    throw new Error('Module [ParameterList] is missing the required "forward" function: use its parameters instead.');
  }

  append(parameter: Parameter): this {
    this.registerParameter(String(this.length), parameter);
    return this;
  }

  override get length(): number {
    return this.own().length;
  }

  at(index: number): Parameter {
    const found = this.own().at(index);
    if (!found) throw new RangeError(`index ${index} is out of range`);
    return found;
  }

  [Symbol.iterator](): Iterator<Parameter> {
    return this.own()[Symbol.iterator]();
  }

  private own(): Parameter[] {
    return Object.values(this).filter((value): value is Parameter => value instanceof Parameter);
  }
}
