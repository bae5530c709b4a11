import type { Expression } from "../ir";
import { evaluate, readName } from "./expression";
import { refineValue } from "./facts";
import type { Machine } from "./machine";
import { privateKey } from "./private-name";
import { getIndex, getProperty } from "./property";
import type { Scope } from "./scope";
import { findCell } from "./scope";
import type { Value } from "./value";
import { UNDEFINED, UNKNOWN } from "./value";
import { setIndex, setProperty } from "./write-property";

/** A place that can be read and written: its object and index are evaluated once, however often it is used. */
export interface Reference {
  read(): Value;
  write(value: Value): void;
}

/** Evaluates what stands left of `op=` or beside `++`. */
export function evaluateReference(m: Machine, e: Expression, scope: Scope): Reference {
  switch (e.kind) {
    case "name":
      return {
        read: () => readName(m, e.name, scope),
        write: (value) => {
          const cell = findCell(scope, e.name);
          if (cell !== undefined) m.heap.write(cell, value);
        },
      };
    case "member": {
      const object = e.object.kind === "super" ? (m.frame.self ?? UNDEFINED) : evaluate(m, e.object, scope);
      const name = privateKey(m, e.property);
      return {
        read: () => refineValue(m, getProperty(m, object, name, { span: e.object.span })),
        write: (value) => setProperty(m, object, name, value),
      };
    }
    case "index": {
      const object = evaluate(m, e.object, scope);
      const index = evaluate(m, e.index, scope);
      return {
        read: () => refineValue(m, getIndex(m, object, index, { span: e.object.span })),
        write: (value) => setIndex(m, object, index, value),
      };
    }
    default:
      return { read: () => UNKNOWN, write: () => undefined };
  }
}
