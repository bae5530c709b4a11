import type { Analysis } from "../interpreter/analyze";
import { constant, divideExactly, formatDim } from "../shape/dim";
import { formatShape, numel } from "../shape/shape";
import { t } from "../text/translate";
import { sizesCallAt, type SizesCall } from "./sizes-at";

/** What is being written, and what it comes to so far. */
export interface Signature {
  /** `view(size 0, size 1, …)` */
  readonly label: string;
  readonly parameters: readonly string[];
  readonly active: number;
  /** One sentence. */
  readonly documentation: string;
}

/** The signature of the call around an offset in whose arguments sizes or dimensions are written. */
export function signatureAt(analysis: Analysis, file: string, offset: number, text: string): Signature | undefined {
  const found = analysis.files.get(file);
  const call = found && sizesCallAt(found, offset, text);
  if (!call?.tensor.shape) return undefined;
  const parameters = parameterNames(call);
  const active = Math.min(call.given.length, parameters.length - 1);
  const [open, close] = call.inArray || call.tensor.dialect === "tfjs" ? ["([", "])"] : ["(", ")"];
  const isFixed = call.method === "permute" || call.method === "transpose";
  return {
    label: `${formatShape(call.tensor.shape)}.${call.method}${open}${parameters.join(", ")}${isFixed ? "" : ", …"}${close}`,
    parameters,
    active,
    documentation: documentation(call),
  };
}

function parameterNames({ method, tensor, given }: SizesCall): string[] {
  const rank = tensor.shape?.length ?? 0;
  if (method === "permute") return Array.from({ length: rank }, (_, i) => t`dimension ${i}`);
  if (method === "transpose") return [t`dimension`, t`dimension`];
  return Array.from({ length: given.length + 1 }, (_, i) => t`size ${i}`);
}

function documentation({ method, tensor, given }: SizesCall): string {
  const shape = tensor.shape ?? [];
  if (method === "permute" || method === "transpose") {
    return t`Dimensions count from 0; the sizes are ${shape.map((size, axis) => `${axis}: ${formatDim(size)}`).join(", ")}.`;
  }
  const elements = formatDim(numel(shape));
  if (given.length === 0) return t`The sizes must hold ${elements} elements together; one of them may be -1.`;
  if (!given.every((size) => size !== undefined)) return t`The sizes must hold ${elements} elements together.`;
  const left = divideExactly(numel(shape), numel(given.filter((size) => size !== constant(-1))));
  if (!left) return t`${formatShape(given)} does not divide ${elements} elements.`;
  return t`${formatDim(left)} of ${elements} elements are left for the sizes that follow.`;
}
