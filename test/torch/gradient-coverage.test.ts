import { expect, test } from "vitest";
import { readCases } from "../oracle/cases";
import { recorded } from "./run-expression";
import { surface } from "./surface";

/** What has no gradient: it makes, compares, counts, sorts out or only tells about tensors. */
const without = new Set(
  `tensor zeros ones full empty rand randn randint randperm arange linspace eye zerosLike onesLike fullLike randLike randnLike meshgrid
   bernoulli multinomial normal allclose equal noGrad enableGrad manualSeed isTensor float32 int64 int32 bool eq ne lt le gt ge isnan
   logicalAnd logicalOr logicalNot any all argmax argmin argsort shape dtype device size dim numel stride isContiguous detach long int
   type item tolist data backward grad requiresGrad_ retainGrad storageOffset dataPtr float to uniform_ normal_ oneHot
   Module Parameter Sequential ModuleList ModuleDict ParameterList init utils`.split(/\s+/),
);

/** Noise: what of the gradient is there to compare is left to `test/torch/random.test.ts`. */
const random = new Set("dropout dropout2d Dropout Dropout2d rrelu RReLU gumbelSoftmax".split(" "));

interface GradientCase {
  expression: string;
}

interface LayerCase {
  layer: string | null;
  call: string;
  error?: string;
}

/** Every expression of which PyTorch's gradients were recorded. */
function expressions(): string[] {
  const programs = ["torch-programs", "torch-gradients"].flatMap((name) =>
    readCases(new URL(`../oracle/${name}.jsonl`, import.meta.url)),
  );
  return [
    ...recorded<GradientCase>("gradients").map((one) => one.expression),
    ...recorded<LayerCase>("layers").flatMap((one) => (one.error === undefined ? [one.layer ?? "", one.call] : [])),
    ...programs.flatMap((one) => (Object.keys(one.gradients ?? {}).length > 0 ? one.program : [])),
  ];
}

test("every differentiable operation and layer has gradients to be compared with PyTorch's", () => {
  const called = new Set(
    expressions().flatMap((text) => [...text.matchAll(/\b([A-Za-z]\w*)\(/g)].map(([, name]) => name)),
  );
  const parts = [...surface.torch, ...surface.Tensor, ...surface.nn, ...surface.F];
  const differentiable = [...new Set<string>(parts)].filter((name) => !without.has(name) && !random.has(name));
  expect(differentiable.filter((name) => !called.has(name)).sort()).toEqual([]);
});
