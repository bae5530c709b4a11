import type { FunctionNode, Parameter } from "../ir";
import type { NamedSizes } from "./annotation";
import { annotatedTensor, parameterAnnotation } from "./annotation";
import { Unreachable } from "./branch";
import { constructInstance, lookAt } from "./class";
import { declaredValue } from "./declared-value";
import { forgetEffects } from "./effects";
import { reportExhaustion } from "./exhausted";
import { callFunction } from "./function";
import type { Layer } from "./heap";
import type { Machine } from "./machine";
import { mergeInto } from "./merge";
import type { Argument } from "./native";
import { remembered } from "./remember";
import { nowhere } from "./native-call";
import { bounds, isKnown, unknownDim } from "../shape/dim";
import type { ClassValue, FunctionValue, TensorValue, Value } from "./value";
import { FREE, UNDEFINED, lost } from "./value";

/** Functions run by themselves may make more functions; more rounds than this find nothing that anybody wrote. */
const MOST_ROUNDS = 8;

/**
 * Runs every function that nothing has called, with symbols for its parameters, and every annotated function once more with the
 * symbols of its annotations, so that what it promises is shown for any caller.
 */
export function runEntryPoints(m: Machine, files: ReadonlySet<string>): void {
  const done = new Set<FunctionNode>();
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const waiting = [...m.closures].filter(
      ([node]) => files.has(node.span.file) && !done.has(node) && (!m.entered.has(node) || isAnnotated(node)),
    );
    if (waiting.length === 0) return;
    // What promises its shapes goes first: whatever it calls is then known from that and needs no run of its own.
    waiting.sort(([a], [b]) => Number(isAnnotated(b)) - Number(isAnnotated(a)));
    for (const [node, fn] of waiting) {
      done.add(node);
      if (m.entered.has(node) && !isAnnotated(node)) continue;
      const { file, end } = node.span;
      const exhausted = m.within(file, m.modules.get(file)?.module.span.end ?? end, () => {
        // What a caller that knows more has shown already is not shown again; what is wrong in it is told.
        const hasShown = m.doubted.has(node) && !isAnnotated(node);
        const run = (): boolean => attempt(() => runEntryPoint(m, fn));
        if (hasShown) remembered(m, node.nameSpan, () => m.recorder.judging(run), fn);
        else remembered(m, node, run, fn);
      });
      if (exhausted) {
        forgetEffects(m, fn);
        reportExhaustion(m, file, node.nameSpan);
      }
    }
  }
}

function isAnnotated(node: FunctionNode): boolean {
  return node.shapeTags.length > 0;
}

/** A body that cannot be finished has still shown what it showed. */
function attempt(run: () => void): true {
  try {
    run();
    return true;
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    return true;
  }
}

/** Afterwards the state is what holds whether or not somebody called it: handlers and callbacks share variables. */
function runEntryPoint(m: Machine, fn: FunctionValue): void {
  const module = m.modules.get(fn.node.span.file);
  if (!fn.node.body || !module) return;
  const base = m.heap.layer;
  m.heap.push();
  const ways: Layer[] = [];
  try {
    m.inFrame({ ...m.frame, module, context: "", exits: [], depth: 0 }, () => {
      const self = fn.home && !fn.node.arrow ? instanceFor(m, fn.home) : fn.self;
      callFunction(m, fn, { args: entryArguments(m, fn.node), complete: true, self, awaited: true });
    });
    // What a constructor does to an instance it did when the instance was made.
    if (!isConstructor(fn)) ways.push(m.heap.layer);
  } finally {
    m.heap.layer = base;
    ways.push(m.heap.push());
    mergeInto(m.heap, base, ways);
  }
}

function isConstructor({ node, home }: FunctionValue): boolean {
  return home?.node.members.some((member) => member.kind === "constructor" && member.function === node) ?? false;
}

/** `function build(tf)`: the name by which a library is known everywhere is the library, also where it is passed in. */
function libraryNamed(m: Machine, name: string | undefined): Value | undefined {
  return name === undefined ? undefined : m.libraries.map(({ globals }) => globals.get(name)).find(Boolean);
}

/** An object to run a method on: one that the program made, or one made with symbols for the constructor's parameters. */
export function instanceFor(m: Machine, cls: ClassValue): Value {
  const known = m.instanceOf(cls.node);
  if (known) return known;
  const constructor = cls.node.members.find((member) => member.kind === "constructor");
  const args = constructor?.kind === "constructor" ? entryArguments(m, constructor.function) : [];
  const self = m.recorder.doubting(() =>
    constructInstance(m, cls, { args, complete: true, self: undefined }, nowhere(m)),
  );
  // Whatever the constructor is given: what it makes and does not register is lost.
  if (self.kind === "object") lookAt(m, cls, self, nowhere(m));
  return self;
}

/** What a caller may pass: what annotations and types say, defaults, and otherwise anything. */
export function entryArguments(m: Machine, node: FunctionNode): Argument[] {
  const names: NamedSizes = new Map();
  return node.parameters
    .filter((parameter) => !parameter.rest)
    .map((parameter, index) => ({ value: entryValue(m, node, parameter, index, names), span: parameter.span }));
}

/** The sizes that a type does not tell are called after the parameter: `x.shape[0]`. */
function withNamedSizes(tensor: TensorValue, name: string | undefined): TensorValue {
  if (!tensor.shape || name === undefined) return tensor;
  const shape = tensor.shape.map((dim, axis) =>
    isKnown(dim) ? dim : unknownDim(bounds(dim).min, `${name}.shape[${axis}]`),
  );
  return { ...tensor, shape };
}

function entryValue(m: Machine, node: FunctionNode, parameter: Parameter, index: number, names: NamedSizes): Value {
  const annotation = parameterAnnotation(m, node, index);
  if (annotation) {
    const { pattern } = parameter;
    const tensor = withNamedSizes(
      annotatedTensor(annotation, names),
      // Whoever leaves a size open in a tag means that.
      pattern.kind === "binding" && annotation.source === "the type" ? pattern.name : undefined,
    );
    return parameter.optional ? { kind: "union", options: [tensor, UNDEFINED] } : tensor;
  }
  if (parameter.pattern.kind === "defaultPattern") return UNDEFINED;
  const name = parameter.pattern.kind === "binding" ? parameter.pattern.name : undefined;
  const declared = parameter.type ? declaredValue(m, parameter.type, name, names) : (libraryNamed(m, name) ?? FREE);
  const value = declared.kind === "unknown" ? lost(declared, { kind: "parameter", span: parameter.span }) : declared;
  return parameter.optional && value.kind !== "unknown" && value.kind !== "union"
    ? { kind: "union", options: [value, UNDEFINED] }
    : value;
}
