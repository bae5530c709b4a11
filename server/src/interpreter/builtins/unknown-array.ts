import { unknownDim } from "../../shape/dim";
import type { NativeContext } from "../native";
import { anotherOf, lengthOf } from "../unknown-size";
import type { Value } from "../value";
import { UNKNOWN, integer } from "../value";
import { natives } from "./define";

/**
 * `rows.map(row => …)` of something that is not known: whatever it is, a collection of what the function returns comes out, as many as
 * there were. What the function does happens any number of times.
 */
function map(cx: NativeContext, self: Value, [callback = UNKNOWN]: readonly Value[]): Value {
  if (callback.kind !== "function") {
    for (const arg of cx.site.args) cx.forget(arg.value);
    return UNKNOWN;
  }
  const element = cx.doubting(() =>
    cx.callRepeatedly(callback, [cx.anyElement(anotherOf(self)), integer(unknownDim(0)), self]),
  );
  return cx.list(element, self.kind === "unknown" ? lengthOf(self) : unknownDim(0));
}

export const UNKNOWN_ARRAY = natives({ map });
