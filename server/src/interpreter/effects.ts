import type { Machine } from "./machine";
import type { Scope } from "./scope";
import { findCell } from "./scope";
import { contentsOf } from "./heap";
import { weakenObject } from "./weaken";
import { exportOf } from "./exports";
import type { AccessorValue, FunctionValue, Value } from "./value";

/** What running some code may change, as its text tells. */
interface Effects {
  /** Variables that are given a value. */
  readonly assigned: ReadonlySet<string>;
  /** Variables that are mentioned at all: what they hold may be changed or called. */
  readonly mentioned: ReadonlySet<string>;
  /** Names of members that are called, read or written: methods, getters and setters run. */
  readonly members: ReadonlySet<string>;
  /** Names of members that are written. */
  readonly written: ReadonlySet<string>;
  /** Members under computed names are written, or something that is not known is called: any part of an object may change. */
  readonly changesAnything: boolean;
}

/** Methods of arrays, maps and sets that change them. */
const MUTATORS: ReadonlySet<string> = new Set([
  ...["push", "pop", "shift", "unshift", "splice", "sort", "reverse", "fill", "copyWithin"],
  ...["set", "add", "delete", "clear", "assign", "defineProperty", "next"],
]);

const known = new WeakMap<object, Effects>();

/** Walks code without knowing its kinds of nodes, so that none is forgotten. */
function effectsOf(code: object): Effects {
  const found = known.get(code);
  if (found) return found;
  const assigned = new Set<string>();
  const mentioned = new Set<string>();
  const members = new Set<string>();
  const written = new Set<string>();
  let changesAnything = false;
  const pending: unknown[] = [code];
  while (pending.length > 0) {
    const node = pending.pop() as Readonly<Record<string, unknown>> | undefined | null;
    if (typeof node !== "object" || node === null) continue;
    switch (node["kind"]) {
      case "name":
        mentioned.add(node["name"] as string);
        break;
      case "binding":
        assigned.add(node["name"] as string);
        break;
      case "member":
        members.add(node["property"] as string);
        changesAnything ||= MUTATORS.has(node["property"] as string);
        break;
      case "update":
      case "target":
        noteTarget(node["target"]);
        break;
      case "unary":
        if (node["operator"] === "delete") noteTarget(node["operand"]);
        break;
      case "opaque":
        for (const name of node["assigned"] as readonly string[]) assigned.add(name);
        changesAnything = true;
        break;
    }
    for (const [key, value] of Object.entries(node)) if (!key.endsWith("pan")) pending.push(value);
  }
  function noteTarget(target: unknown): void {
    const node = target as Readonly<Record<string, unknown>>;
    if (node["kind"] === "name") assigned.add(node["name"] as string);
    else if (node["kind"] === "member") written.add(node["property"] as string);
    else changesAnything = true;
  }
  const effects = { assigned, mentioned, members, written, changesAnything };
  known.set(code, effects);
  return effects;
}

/** Forgets whatever running a function may change, itself or through the functions it may call, when it is not run. */
export function forgetEffects(m: Machine, fn: FunctionValue, args: readonly Value[] = []): void {
  new Forgetting(m).run(fn.node, fn.scope, [...args, ...(fn.self ? [fn.self] : [])]);
}

/** The same for code that stands in a scope. */
export function forgetEffectsOf(m: Machine, code: object, scope: Scope): void {
  new Forgetting(m).run(code, scope, []);
}

/** The functions of an accessor, or the export that it stands for. */
function behind(m: Machine, { get, set, exported }: AccessorValue): Value[] {
  if (exported) return [exportOf(m, exported.file, exported.name)];
  return [get, set].filter((half) => half !== undefined);
}

class Forgetting {
  private readonly seenCode = new Set<object>();
  private readonly seenObjects = new Set<number>();
  private readonly cells = new Set<number>();
  private readonly written = new Set<string>();
  private changesAnything = false;

  constructor(private readonly m: Machine) {}

  run(code: object, scope: Scope, roots: readonly Value[]): void {
    const values: Value[] = [...roots];
    const pending: { readonly code: object; readonly scope: Scope }[] = [{ code, scope }];
    const enqueue = (fn: FunctionValue): void => {
      pending.push({ code: fn.node, scope: fn.scope });
      if (fn.self) values.push(fn.self);
      values.push(...(fn.bound ?? []).map(({ value }) => value));
    };
    for (let next = pending.pop(); next; next = pending.pop() ?? this.functionAmong(values, enqueue, pending)) {
      if (this.seenCode.has(next.code)) continue;
      this.seenCode.add(next.code);
      const effects = effectsOf(next.code);
      for (const name of effects.written) this.written.add(name);
      this.changesAnything ||= effects.changesAnything;
      for (const name of effects.assigned) this.noteCell(next.scope, name);
      for (const name of effects.mentioned) {
        const cell = findCell(next.scope, name);
        const value = cell === undefined ? undefined : this.m.heap.read(cell);
        if (value) values.push(value);
      }
      for (const name of effects.members) this.m.closuresNamed(name).forEach(enqueue);
    }
    // Looking through all that can be reached is work as well, and code that is skipped is skipped again and again.
    this.m.budget.spend(4 * this.seenCode.size + 2 * this.seenObjects.size);
    for (const cell of this.cells) this.m.heap.lose(cell);
    if (!this.changesAnything && this.written.size === 0) return;
    const isWritten = (name: string): boolean => this.written.has(name);
    for (const id of this.seenObjects) weakenObject(this.m.heap, id, isWritten, this.changesAnything);
  }

  /** Looks through what can be reached for functions, which may be called. */
  private functionAmong(
    values: Value[],
    enqueue: (fn: FunctionValue) => void,
    pending: { readonly code: object; readonly scope: Scope }[],
  ): { readonly code: object; readonly scope: Scope } | undefined {
    for (let value = values.pop(); value; value = values.pop()) {
      if (value.kind === "function") enqueue(value);
      else if (value.kind === "accessor") values.push(...behind(this.m, value));
      else if (value.kind === "union") values.push(...value.options);
      else if (value.kind === "promise") values.push(value.value);
      else if (value.kind === "class") this.noteObject(value.statics, values);
      else if (value.kind === "object") this.noteObject(value.id, values);
    }
    return pending.pop();
  }

  private noteObject(id: number, values: Value[]): void {
    if (this.seenObjects.has(id)) return;
    const object = this.m.heap.find(id);
    if (!object) return;
    this.seenObjects.add(id);
    values.push(...contentsOf(object));
  }

  private noteCell(scope: Scope, name: string): void {
    const cell = findCell(scope, name);
    if (cell !== undefined && this.m.heap.read(cell)) this.cells.add(cell);
  }
}

/** Whether a function or a class stands in some code: then the variables around it may outlive it. */
export function makesFunctions(code: object): boolean {
  const answer = functionMakers.get(code);
  if (answer !== undefined) return answer;
  let found = false;
  const pending: unknown[] = [code];
  while (pending.length > 0 && !found) {
    const node = pending.pop();
    if (typeof node !== "object" || node === null) continue;
    found = ("parameters" in node && "hoisted" in node) || ("superclass" in node && "members" in node);
    for (const [key, value] of Object.entries(node)) if (!key.endsWith("pan")) pending.push(value);
  }
  functionMakers.set(code, found);
  return found;
}

const functionMakers = new WeakMap<object, boolean>();
