import type { Machine } from "../../interpreter/machine";
import type { CallSite } from "../../interpreter/native";
import { NativeCall, nowhere } from "../../interpreter/native-call";
import type { Diagnostic } from "../../interpreter/recorder";
import type {
  FunctionValue,
  ObjectValue,
  TensorOrigin,
  TensorValue,
  UnknownValue,
  Value,
} from "../../interpreter/value";
import type { Witness } from "../../interpreter/witness";
import type { Span } from "../../ir";
import { multiplyAdds } from "../../ops/explain/work";
import { add, constant, type Dim } from "../../shape/dim";
import { numel } from "../../shape/shape";
import type { PartName, PartNames } from "../parts";
import { isGroup, type FlowEdge, type FlowGroup, type FlowNode, type FlowPart } from "./graph";

/** Larger graphs are of use to nobody, and a loop may go on for long. */
const MOST_PARTS = 4000;
/** Operations that nobody told of are looked for no further back. */
const LONGEST_CHAIN = 6;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Node = Mutable<FlowNode> & { errors: string[]; warnings: string[] };
type Flowing = TensorValue | UnknownValue;

/** One of the things that a node makes. */
interface Port {
  readonly node: Node;
  readonly output: number;
}

/** Draws what runs: a node for each operation, a group for each module and function, an edge for each tensor that goes on. */
export class FlowRecorder implements Witness {
  readonly parts: FlowPart[] = [];
  /** By the node that they lead to. */
  private readonly edgesTo: FlowEdge[][] = [];
  isCut = false;
  /** What a tensor came from, by the call that made it; by itself, where none did. */
  private readonly ports = new Map<object, Port>();
  private readonly groups: (FlowGroup | undefined)[] = [];
  private readonly called = new Set<number>();
  private readonly nodeOf = new Map<Diagnostic, Node>();
  private waiting: Diagnostic[] = [];

  constructor(
    private readonly m: Machine,
    private readonly names: PartNames,
    private readonly whole: FunctionValue | ObjectValue | undefined,
  ) {}

  get edges(): FlowEdge[] {
    return this.edgesTo.flat();
  }

  /** Something that comes from outside. */
  input(label: string, tensor: TensorValue, span: Span | undefined): void {
    const node = this.add({ kind: "input", label, operation: "input", span });
    this.give(node, [tensor]);
  }

  /** Something that goes out. */
  output(label: string, value: Value): void {
    const from = flowing(value) ? this.portOf(value) : undefined;
    if (!from) return;
    const node = this.add({ kind: "output", label, operation: "output", span: undefined });
    node.outputs = [from.node.outputs[from.output]];
    this.connect(from, node);
  }

  /** Where a diagnostic belongs, if that is a single operation. */
  placeOf(diagnostic: Diagnostic): Node | undefined {
    const nodes = this.parts.filter((part): part is Node => !isGroup(part));
    const known = this.nodeOf.get(diagnostic);
    if (known && this.parts.includes(known)) return known;
    const { file, start, end } = diagnostic.span;
    const around = nodes.filter(
      ({ span }) => span && span.file === file && span.start <= start && end <= span.end && span.start > 0,
    );
    const length = ({ span }: Node): number => (span ? span.end - span.start : Infinity);
    return around.sort((a, b) => length(a) - length(b))[0];
  }

  entered(callee: FunctionValue | ObjectValue, self: Value | undefined): void {
    this.groups.push(this.isCut ? this.group : (this.groupFor(callee, self) ?? this.group));
  }

  left(): void {
    this.groups.pop();
  }

  reported(diagnostic: Diagnostic): void {
    this.waiting.push(diagnostic);
  }

  mark(): number {
    return this.parts.length;
  }

  rewind(mark: number): void {
    if (mark === this.parts.length) return;
    for (const [key, { node }] of this.ports) if (node.id >= mark) this.ports.delete(key);
    this.parts.length = mark;
    this.edgesTo.length = Math.min(mark, this.edgesTo.length);
    this.waiting = [];
  }

  made(result: Value, site: CallSite | undefined): void {
    if (this.isCut) return;
    const values = this.flowingIn(result, 2);
    const fresh = values.filter((value) => !this.ports.has(keyOf(value)) && !this.isInner(value));
    const [first] = fresh;
    const waiting = this.waiting;
    this.waiting = [];
    // What only passes through, and what is no tensor, is no operation of its own, unless something went wrong there.
    if (!first && (waiting.length === 0 || values.length > 0)) return;
    const node = first?.kind === "tensor" && first.origin ? this.operation(first, first.origin) : this.lost(site);
    for (const value of fresh) if (value.kind === "tensor" && value.origin) this.take(value.origin.inputs, node);
    if (!(first?.kind === "tensor" && first.origin)) this.take(argumentsOf(site), node);
    this.give(node, fresh);
    for (const diagnostic of waiting) this.nodeOf.set(diagnostic, node);
  }

  private get group(): FlowGroup | undefined {
    return this.groups.at(-1);
  }

  private groupFor(callee: FunctionValue | ObjectValue, self: Value | undefined): FlowGroup | undefined {
    if (this.groups.length === 0 && this.isWhole(callee, self)) return undefined;
    const object = callee.kind === "object" ? callee : isForward(callee) && self?.kind === "object" ? self : undefined;
    if (object) return this.moduleGroup(object);
    if (callee.kind !== "function" || callee.node.name === undefined) return undefined;
    const { name, span } = callee.node;
    return this.addGroup({ kind: "function", label: name, operation: "function", path: undefined, span });
  }

  /** It is what the graph is of. */
  private isWhole(callee: FunctionValue | ObjectValue, self: Value | undefined): boolean {
    const { whole } = this;
    if (whole?.kind === "function") return callee.kind === "function" && callee.node === whole.node;
    return [callee, self].some((each) => each?.kind === "object" && each.id === whole?.id);
  }

  private moduleGroup(object: ObjectValue): FlowGroup {
    const record = this.m.heap.find(object.id);
    const prototype = record?.type === "record" ? record.prototype : undefined;
    const operation = prototype?.kind === "class" ? prototype.name : (prototype?.native.name ?? "model");
    const path = this.names.objects.get(object.id);
    const span = prototype?.kind === "class" ? prototype.node.nameSpan : path?.span;
    return this.addGroup({ kind: "module", label: labelOf(path, operation), operation, path: path?.path, span });
  }

  private addGroup(about: Omit<FlowGroup, "id" | "parent" | "count">): FlowGroup {
    const group: FlowGroup = { id: this.parts.length, parent: this.group?.id, count: 1, ...about };
    this.parts.push(group);
    return group;
  }

  private operation(tensor: TensorValue, { operation, span, call }: TensorOrigin): Node {
    const layer = call?.layer;
    const name = layer === undefined ? undefined : this.names.objects.get(layer);
    const learns = Object.keys(call?.weights ?? {}).length > 0;
    const isShared = layer !== undefined && learns && this.called.has(layer);
    if (layer !== undefined) this.called.add(layer);
    const isLayer = layer !== undefined || call?.weights !== undefined;
    const isConstant = tensor.origin?.inputs.length === 0 && !isLayer;
    return this.add({
      kind: isLayer ? "layer" : isConstant ? "constant" : "operation",
      label: labelOf(name, operation),
      operation,
      path: name?.path,
      span: isWholeFile(span) ? name?.span : span,
      parameters: isLayer ? countOf(Object.values(call?.weights ?? {}).map(numel)) : undefined,
      multiplyAdds: multiplyAdds(tensor),
      isShared,
    });
  }

  /** Something that could not be followed was given tensors. */
  private lost(site: CallSite | undefined): Node {
    const operation = site?.name ?? "?";
    return this.add({ kind: "lost", label: operation, operation, span: site?.span });
  }

  private add(about: Partial<FlowNode> & Pick<FlowNode, "kind" | "label" | "operation" | "span">): Node {
    const node: Node = {
      id: this.parts.length,
      parent: this.group?.id,
      path: undefined,
      parameters: undefined,
      multiplyAdds: undefined,
      isShared: false,
      isUnused: false,
      ...about,
      outputs: [],
      errors: [],
      warnings: [],
    };
    this.parts.push(node);
    this.isCut ||= this.parts.length >= MOST_PARTS;
    return node;
  }

  private give(node: Node, values: readonly Flowing[]): void {
    node.outputs = values.map((value) => (value.kind === "tensor" ? value.shape : undefined));
    for (const [output, value] of values.entries()) this.ports.set(keyOf(value), { node, output });
  }

  private take(values: readonly Value[], node: Node): void {
    for (const value of values.flatMap((each) => this.flowingIn(each, 1))) {
      const from = this.portOf(value);
      if (from) this.connect(from, node);
    }
  }

  private connect({ node, output }: Port, to: Node): void {
    const edges = (this.edgesTo[to.id] ??= []);
    const isKnown = edges.some((edge) => edge.from === node.id && edge.output === output);
    if (!isKnown && node.id !== to.id) edges.push({ from: node.id, to: to.id, output });
  }

  /** What made a value; for what was made before anybody looked, a node of its own. */
  private portOf(value: Flowing): Port | undefined {
    const known = this.ports.get(keyOf(value));
    if (known) return known;
    if (value.kind === "unknown") return undefined;
    const { origin, form } = value;
    if (origin?.inner && this.ports.has(keyOf(origin.inner))) return this.portOf(origin.inner);
    // A property such as `x.T` makes a tensor without a call.
    const isFromHere = origin !== undefined && this.leadsHere(origin);
    const node = isFromHere ? this.operation(value, origin) : this.add(this.outside(value, form === "parameter"));
    if (isFromHere) this.take(origin.inputs, node);
    this.give(node, [value]);
    return { node, output: 0 };
  }

  /** Whether something that is drawn went into it, a few operations ago. */
  private leadsHere({ inputs }: TensorOrigin, depth = LONGEST_CHAIN): boolean {
    return inputs.some(
      (input) =>
        this.ports.has(keyOf(input)) ||
        (input.origin !== undefined && depth > 0 && this.leadsHere(input.origin, depth - 1)),
    );
  }

  private outside(tensor: TensorValue, isParameter: boolean): Parameters<FlowRecorder["add"]>[0] {
    const name = this.names.tensors.get(keyOf(tensor));
    const operation = tensor.origin?.operation ?? (isParameter ? "Parameter" : "tensor");
    return {
      kind: isParameter ? "parameter" : "constant",
      label: labelOf(name, operation),
      operation,
      path: name?.path,
      span: tensor.origin?.span ?? name?.span,
      parameters: isParameter && tensor.shape ? numel(tensor.shape) : undefined,
    };
  }

  /** The outside of a nested model is what its last layer has made. */
  private isInner(value: Flowing): boolean {
    const inner = value.kind === "tensor" ? value.origin?.inner : undefined;
    const port = inner && this.ports.get(keyOf(inner));
    if (port) this.ports.set(keyOf(value), port);
    return port !== undefined;
  }

  private flowingIn(value: Value, depth: number): Flowing[] {
    if (flowing(value)) return [value];
    if (value.kind === "promise") return this.flowingIn(value.value, depth);
    const object = value.kind === "object" && depth > 0 ? this.m.heap.find(value.id) : undefined;
    if (object?.type === "array") return object.elements.flatMap((element) => this.flowingIn(element, depth - 1));
    if (object?.type === "list") return this.flowingIn(object.element, depth - 1);
    if (object?.type !== "record" || !object.prototype || object.prototype.kind === "class") return [];
    // A named tuple, not a module with its parameters.
    if (object.payload && object.payload.kind !== "namedTuple") return [];
    const elements = new NativeCall(this.m, nowhere(this.m)).elements(value) ?? [];
    return elements.flatMap((element) => this.flowingIn(element, depth - 1));
  }
}

/** What the code calls a part, unless that is but a number. */
function labelOf(name: PartName | undefined, operation: string): string {
  const last = name?.path.split(".").at(-1) ?? "";
  return last === "" || /^\d+$/.test(last) ? operation : last;
}

function flowing(value: Value): value is Flowing {
  return value.kind === "tensor" || (value.kind === "unknown" && value.tensorLike);
}

/** Tensors are often copied, with more known of their sizes. */
function keyOf(value: Flowing): object {
  return value.kind === "tensor" ? (value.origin ?? value) : value;
}

function argumentsOf(site: CallSite | undefined): Value[] {
  return [...(site?.receiver ? [site.receiver] : []), ...(site?.args ?? [])].map(({ value }) => value);
}

function isForward({ node }: FunctionValue): boolean {
  return node.name === "forward";
}

/** What a model of TensorFlow.js runs is called from nowhere in the program. */
function isWholeFile({ start }: Span): boolean {
  return start === 0;
}

function countOf(sizes: readonly Dim[]): Dim | undefined {
  return sizes.length > 0 ? sizes.reduce(add, constant(0)) : undefined;
}
