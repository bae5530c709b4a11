import type { NativeClass, NativeContext, NativeNamespace, NativePayload } from "../../interpreter/native";
import type { ObjectValue, TensorValue, Value } from "../../interpreter/value";
import { integer as integerValue, LOST_TENSOR, UNKNOWN } from "../../interpreter/value";
import { mismatch } from "../../rules/shape-mismatch";
import type { Dim } from "../../shape/dim";
import { ceilDivide, constant, modulo, surelyDifferent, symbol, unknownDim } from "../../shape/dim";
import { formatShape } from "../../shape/shape";
import { contiguousStrides } from "../../shape/strides";
import { bindArguments } from "../operation";
import { anything, flag, optional } from "../parameter";
import { extent } from "./arguments";
import { native } from "./module";
import { t } from "../../text/translate";

/** Tensors whose first dimensions count the examples together. */
interface TensorDataset extends NativePayload {
  readonly kind: "tensorDataset";
  readonly tensors: readonly TensorValue[];
  readonly length: Dim;
}

function datasetOf(cx: NativeContext, value: Value): TensorDataset | undefined {
  const payload = cx.payload(value);
  return payload?.kind === "tensorDataset" ? (payload as TensorDataset) : undefined;
}

function makeDataset(cx: NativeContext, self: ObjectValue, tensors: readonly TensorValue[], length: Dim): void {
  const payload: TensorDataset = { kind: "tensorDataset", tensors, length };
  cx.setPayload(self, payload);
}

/** The tensor with another number of examples in front. */
function withLength(tensor: TensorValue, length: readonly Dim[]): TensorValue {
  const shape = tensor.shape && [...length, ...tensor.shape.slice(1)];
  return { ...tensor, shape, strides: shape && contiguousStrides(shape) };
}

const item = native("get", (cx, self) => {
  const dataset = self && datasetOf(cx, self);
  return dataset ? cx.array(dataset.tensors.map((tensor) => withLength(tensor, []))) : LOST_TENSOR;
});

const TensorDatasetClass: NativeClass = {
  name: "TensorDataset",
  documentation: "https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.TensorDataset",
  construct(cx, self) {
    const tensors = cx.site.args.map((arg) => arg.value).filter((value) => value.kind === "tensor");
    if (!cx.site.complete || tensors.length < cx.site.args.length) return;
    const [first, ...rest] = tensors;
    const length = first?.shape?.[0] ?? unknownDim(0);
    for (const other of rest) {
      const size = other.shape?.[0];
      if (!first || !size || !surelyDifferent(size, length)) continue;
      const message = t`TensorDataset: ${formatShape(first.shape)} and ${formatShape(other.shape)} hold different numbers of examples.`;
      const related = [first, other].flatMap((one) =>
        one.origin ? [{ span: one.origin.span, message: t`${formatShape(one.shape)} is made here.` }] : [],
      );
      cx.report(mismatch({ message, related }));
    }
    makeDataset(cx, self, tensors, length);
  },
  member(cx, self, name) {
    if (name === "get" || name === "getItem") return item;
    return name === "length" || name === "size"
      ? integerValue(datasetOf(cx, self)?.length ?? unknownDim(0))
      : undefined;
  },
};

/** What user classes extend: its items are whatever their own `get` returns. */
const Dataset: NativeClass = {
  name: "Dataset",
  documentation: "https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.Dataset",
};

interface DataLoader extends NativePayload {
  readonly kind: "dataLoader";
  readonly dataset: Value;
  readonly batchSize: Dim;
  readonly dropLast: boolean;
}

const loaderParameters = {
  dataset: anything,
  batchSize: optional(extent, constant(1)),
  shuffle: optional(anything, undefined),
  dropLast: optional(flag, false),
  collateFn: optional(anything, undefined),
};

/** The size of any batch: the last one is smaller unless it is dropped or the examples divide evenly. */
function batchDim({ batchSize, dropLast }: DataLoader, length: Dim): Dim {
  const even = dropLast || modulo(length, batchSize) === constant(0);
  return even ? batchSize : symbol("batch");
}

function batches(cx: NativeContext, self: Value): Value {
  const payload = cx.payload(self);
  if (payload?.kind !== "dataLoader") return cx.list(UNKNOWN, unknownDim(0));
  const loader = payload as DataLoader;
  const dataset = datasetOf(cx, loader.dataset);
  if (!dataset) return cx.list(collated(cx, loader), unknownDim(0));
  const size = batchDim(loader, dataset.length);
  const batch = cx.array(dataset.tensors.map((tensor) => withLength(tensor, [size])));
  return cx.list(batch, ceilDivide(dataset.length, loader.batchSize));
}

/** A batch of a user's own dataset: its items, stacked. */
function collated(cx: NativeContext, loader: DataLoader): Value {
  const get = cx.getProperty(loader.dataset, "get");
  if (get.kind !== "function") return UNKNOWN;
  const example = cx.call({ ...get, self: loader.dataset }, [integerValue(unknownDim(0))]);
  const size = loader.dropLast ? loader.batchSize : symbol("batch");
  const stacked = (value: Value): Value => {
    if (value.kind !== "tensor") return LOST_TENSOR;
    const shape = value.shape && [size, ...value.shape];
    return { ...value, shape, strides: shape && contiguousStrides(shape) };
  };
  const parts = cx.elements(example);
  return parts ? cx.array(parts.map(stacked)) : stacked(example);
}

const DataLoaderClass: NativeClass = {
  name: "DataLoader",
  documentation: "https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.DataLoader",
  construct(cx, self) {
    const bound = bindArguments("torch", loaderParameters, cx.site.args, cx.site.complete, cx);
    if (!bound || bound.args["collateFn"] !== undefined) return;
    const { dataset, batchSize, dropLast } = bound.args as unknown as DataLoader;
    const payload: DataLoader = { kind: "dataLoader", dataset, batchSize, dropLast };
    cx.setPayload(self, payload);
  },
  member(cx, self, name) {
    if (name === "*elements*") return batches(cx, self);
    if (name === "length" || name === "size") return integerValue(unknownDim(0));
    const payload = cx.payload(self);
    return name === "dataset" && payload?.kind === "dataLoader" ? (payload as DataLoader).dataset : undefined;
  },
};

/** `randomSplit(dataset, [800, 200])`, or by fractions: datasets of the same tensors with fewer examples. */
const randomSplit = native("randomSplit", (cx) => {
  const [dataset, lengths] = cx.site.args;
  const whole = dataset && datasetOf(cx, dataset.value);
  const parts = lengths && cx.elements(lengths.value);
  if (!whole || !parts) return LOST_TENSOR;
  return cx.array(
    parts.map((part) => {
      const self = cx.instance(TensorDatasetClass);
      const length = part.kind === "integer" ? part.dim : unknownDim(0);
      makeDataset(
        cx,
        self,
        whole.tensors.map((tensor) => withLength(tensor, [length])),
        length,
      );
      return self;
    }),
  );
});

/** `new Subset(dataset, indices)`. */
const Subset: NativeClass = {
  ...TensorDatasetClass,
  name: "Subset",
  documentation: "https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.Subset",
  construct(cx, self) {
    const [dataset, indices] = cx.site.args;
    const whole = dataset && datasetOf(cx, dataset.value);
    const count = indices && cx.elements(indices.value)?.length;
    if (!whole) return;
    const length = count === undefined ? unknownDim(0) : constant(count);
    makeDataset(
      cx,
      self,
      whole.tensors.map((tensor) => withLength(tensor, [length])),
      length,
    );
  },
};

const exported: ReadonlyMap<string, Value> = new Map<string, Value>([
  ...[Dataset, TensorDatasetClass, DataLoaderClass, Subset].map((one): [string, Value] => [
    one.name,
    { kind: "nativeClass", native: one },
  ]),
  ["randomSplit", randomSplit],
]);

export const data: NativeNamespace = {
  name: "data",
  member: (name) => exported.get(name),
  names: [...exported.keys()],
};
