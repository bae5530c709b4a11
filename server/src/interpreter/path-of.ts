import type { Expression } from "../ir";

/** How an expression is written that is a path of names: `this.model`. */
export function pathOf(e: Expression): string | undefined {
  switch (e.kind) {
    case "name":
      return e.name;
    case "this":
      return "this";
    case "member": {
      const object = pathOf(e.object);
      return object === undefined || e.optional ? undefined : `${object}.${e.property}`;
    }
    default:
      return undefined;
  }
}
