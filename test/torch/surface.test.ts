import { describe, expect, test } from "vitest";
import * as library from "shapewright/torch";
import type { NativeNamespace, PropertyContext } from "../../server/src/interpreter/native";
import type { Value } from "../../server/src/interpreter/value";
import { unknownTensor } from "../../server/src/interpreter/value";
import { torchLibrary } from "../../server/src/ops/torch/library";
import { surface } from "./surface";

const { torch, nn, F, optim, data, Tensor } = library;

/** Where the library keeps the names of each part. */
const exported: Readonly<Record<keyof typeof surface, object>> = {
  torch,
  Tensor: Tensor.prototype,
  nn,
  init: nn.init,
  utils: nn.utils,
  rnn: nn.utils.rnn,
  F,
  optim,
  lrScheduler: optim.lrScheduler,
  data,
};

/** Members that are set up with each tensor rather than with the class. */
const ofInstances = new Set(["shape", "dtype", "grad", "data"]);

function namespaceAt(...path: readonly string[]): NativeNamespace {
  return path.reduce<NativeNamespace>((namespace, name) => {
    const found = namespace.member(name);
    if (found?.kind !== "namespace") throw new Error(`The analyser has no namespace ${name}.`);
    return found.namespace;
  }, torchLibrary.exports);
}

const context: PropertyContext = { array: () => ({ kind: "object", id: 0 }) };

/** What the analyser knows under a name; undefined is nothing. */
function modelled(part: keyof typeof surface, name: string): Value | undefined {
  switch (part) {
    case "Tensor":
      return torchLibrary.tensorMember?.(context, unknownTensor("torch"), name);
    case "init":
      return namespaceAt("nn", "init").member(name);
    case "utils":
      return namespaceAt("nn", "utils").member(name);
    case "rnn":
      return namespaceAt("nn", "utils", "rnn").member(name);
    case "lrScheduler":
      return namespaceAt("optim", "lrScheduler").member(name);
    default:
      return namespaceAt(part).member(name);
  }
}

describe.each(Object.entries(surface) as [keyof typeof surface, readonly string[]][])("%s", (part, names) => {
  test("the library exports every name", () => {
    const here = exported[part];
    expect(names.filter((name) => !(name in here) && !ofInstances.has(name))).toEqual([]);
  });

  test("the analyser knows every name", () => {
    expect(names.filter((name) => modelled(part, name) === undefined)).toEqual([]);
  });
});
