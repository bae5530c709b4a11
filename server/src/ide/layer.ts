import type { LayerDescription } from "../interpreter/native";
import type { Span } from "../ir";
import type { Sources } from "./lines";
import { formatCount } from "./quantities";

/** A layer on one line, as it was configured: `Linear(inFeatures: 784, outFeatures: hidden = 128)`. */
export function describeLayer({ name, settings }: LayerDescription, sources: Sources): string {
  const list = [...settings].map(([parameter, { span, literal }]) => {
    const given = textOf(span, sources);
    const declared = literal ? textOf(literal, sources) : given;
    return declared === given ? `${parameter}: ${given}` : `${parameter}: ${given} = ${declared}`;
  });
  return `${name}(${list.join(", ")})`;
}

/** `7,850 parameters` */
export function describeParameterCount({ parameterCount }: LayerDescription): string | undefined {
  if (!parameterCount) return undefined;
  const text = formatCount(parameterCount);
  return text === "1" ? "1 parameter" : `${text} parameters`;
}

function textOf({ file, start, end }: Span, sources: Sources): string {
  return sources.text(file).slice(start, end).replace(/\s+/g, " ");
}
