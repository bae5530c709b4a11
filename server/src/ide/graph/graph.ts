import type { Span } from "../../ir";
import type { Dim } from "../../shape/dim";
import type { Shape } from "../../shape/shape";

/** The data flow of a model or a function: what its operations make of each other's results. */
export interface DataFlow {
  readonly name: string;
  /** Of the name. */
  readonly span: Span;
  /** In the order in which they ran; a group stands before what is in it. */
  readonly parts: readonly FlowPart[];
  readonly edges: readonly FlowEdge[];
  /** What went wrong at no single operation. */
  readonly problems: readonly string[];
  /** There was more of it than is drawn. */
  readonly isCut: boolean;
}

export type FlowPart = FlowNode | FlowGroup;

interface Part {
  readonly id: number;
  /** The group that it is in; `undefined` at the top. */
  readonly parent: number | undefined;
  /** `layers.0`, `relu` */
  readonly label: string;
  /** `Conv2d`, `Block`; what it does, where the label says what it is called. */
  readonly operation: string;
  /** From the model: `encoder.layers.0`. */
  readonly path: string | undefined;
  readonly span: Span | undefined;
}

export interface FlowNode extends Part {
  readonly kind: "input" | "output" | "layer" | "operation" | "parameter" | "constant" | "lost";
  readonly outputs: readonly (Shape | undefined)[];
  /** What a layer learns; those of one that was called before are counted there. */
  readonly parameters: Dim | undefined;
  readonly multiplyAdds: Dim | undefined;
  /** It is a layer that was called before, with the same weights. */
  readonly isShared: boolean;
  /** Nothing that comes out of the model depends on it. */
  readonly isUnused: boolean;
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

export interface FlowGroup extends Part {
  readonly kind: "module" | "function" | "repeat";
  /** Of a repetition: how often the same comes. */
  readonly count: number;
}

export interface FlowEdge {
  readonly from: number;
  readonly to: number;
  /** Which output of `from` it is. */
  readonly output: number;
}

export function isGroup(part: FlowPart): part is FlowGroup {
  return part.kind === "module" || part.kind === "function" || part.kind === "repeat";
}
