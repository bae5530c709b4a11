import { nn, Tensor } from "shapewright/torch";
import { evaluate } from "../torch/run-expression";
import { fillParameters, tensorOf, wave } from "../torch/waves";
import type { Expectation, RecordedCase, Sums } from "./cases";

const statement = /^const (\w+) = (.*);$/;

/** Sums of many products lose a few of the seven digits that float32 has. */
const TOLERANCE = 1e-4;
const GRADIENT_TOLERANCE = 1e-3;

/** Everything in which a run of the program on the library differs from what PyTorch did. */
export function runDifferences(recorded: RecordedCase): string[] {
  const names: Record<string, unknown> = {};
  const problems: string[] = [];
  let last: Tensor | undefined;
  for (const [line, text] of recorded.program.entries()) {
    const outcome = recorded.expect.find((each) => each.line === line);
    let value: unknown;
    try {
      value = runLine(text, line, names, recorded.gradients !== undefined || recorded.leaves === true);
    } catch (error) {
      if (!outcome || !("error" in outcome)) problems.push(`line ${line}: ${(error as Error).message}`);
      return told(recorded, problems);
    }
    if (outcome && "error" in outcome) {
      problems.push(`line ${line}: no error, expected: ${outcome.message}`);
      return told(recorded, problems);
    }
    if (value instanceof Tensor && value.isFloatingPoint()) last = value;
    if (!outcome) continue;
    if (!(value instanceof Tensor)) problems.push(`line ${line}: no tensor`);
    else problems.push(...tensorProblems(value, outcome).map((problem) => `line ${line}: ${problem}`));
  }
  if (last && problems.length === 0) problems.push(...gradientProblems(recorded, names, last));
  return told(recorded, problems);
}

function told(recorded: RecordedCase, problems: readonly string[]): string[] {
  return problems.map((problem) => `${recorded.id} (${recorded.family}): ${problem}\n${recorded.program.join("\n")}`);
}

function runLine(text: string, line: number, names: Record<string, unknown>, requiresGrad: boolean): unknown {
  const [, name, expression = text.replace(/;$/, "")] = statement.exec(text) ?? [];
  const value = evaluate(expression, names);
  if (name === undefined) return undefined;
  names[name] = value;
  if (value instanceof nn.Module) fillParameters(value);
  if (value instanceof Tensor) refill(value, expression, line, requiresGrad);
  return value;
}

/** Inputs are random in the program; here they get the numbers with which PyTorch ran. */
function refill(tensor: Tensor, expression: string, line: number, requiresGrad: boolean): void {
  const phase = 0.2 + 2.1 * line;
  const integers = /^torch\.randint\((\d+), (\d+), /.exec(expression);
  if (integers) {
    const [low, high] = [Number(integers[1]), Number(integers[2])];
    tensor.copy_(tensorOf(tensor.shape, (i) => low + ((7 * i * i + 3 * i + line) % (high - low))).long());
  } else if (expression.startsWith("torch.randn(")) tensor.copy_(wave(tensor.shape, phase, 1.4));
  else if (expression.startsWith("torch.rand(")) tensor.copy_(wave(tensor.shape, phase, 1).mul(0.45).add(0.5));
  else return;
  if (requiresGrad && tensor.isFloatingPoint()) tensor.requiresGrad_();
}

function tensorProblems(tensor: Tensor, expected: Extract<Expectation, { shape: unknown }>): string[] {
  const problems: string[] = [];
  const { shape, stride, dtype, sums } = expected;
  if (String(tensor.shape) !== String(shape)) return [`shape [${tensor.shape}], expected [${shape}]`];
  if (tensor.dtype !== dtype) problems.push(`dtype ${tensor.dtype}, expected ${dtype}`);
  const strides = meaningful(tensor.stride(), shape);
  if (stride && strides !== meaningful(stride, shape)) problems.push(`strides ${tensor.stride()}, expected ${stride}`);
  if (sums && !agree(tensor, sums, TOLERANCE)) problems.push(`values ${String(sumsOf(tensor))}, expected ${sums}`);
  return problems;
}

/** The stride of a dimension of size 1, and any of a tensor without elements, means nothing. */
function meaningful(strides: readonly number[], shape: readonly (number | string)[]): string {
  return shape.includes(0) ? "" : strides.filter((_, axis) => shape[axis] !== 1).join(", ");
}

function weight(i: number): number {
  return Math.cos(1 + 0.7 * i);
}

function sumsOf(tensor: Tensor): Sums {
  const values = tensor.detach().contiguous()._values();
  let [weighted, sizes] = [0, 0];
  values.forEach((value, i) => {
    weighted += Number(value) * weight(i);
    sizes += Math.abs(Number(value));
  });
  return [weighted, sizes];
}

function agree(tensor: Tensor, [weighted, sizes]: Sums, tolerance: number): boolean {
  const [actual, actualSizes] = sumsOf(tensor);
  const margin = tolerance * Math.max(sizes, 0.01);
  return Math.abs(actual - weighted) <= margin && Math.abs(actualSizes - sizes) <= margin;
}

/** Goes back from the last result, weighted, and looks at what arrived at each input and parameter. */
function gradientProblems(recorded: RecordedCase, names: Readonly<Record<string, unknown>>, last: Tensor): string[] {
  const { gradients, backward } = recorded;
  if (!gradients || !last.requiresGrad)
    return Object.keys(gradients ?? {}).length > 0 ? ["nothing to go back through"] : [];
  try {
    last.mul(tensorOf(last.shape, weight)).sum().backward();
  } catch (error) {
    return backward === undefined ? [`backward: ${(error as Error).message}`] : [];
  }
  if (backward !== undefined) return [`backward: no error, expected: ${backward}`];
  return Object.entries(gradients).flatMap(([path, expected]) => {
    const [name = "", ...rest] = path.split(".");
    const owner = names[name];
    const leaf = owner instanceof nn.Module ? new Map(owner.namedParameters()).get(rest.join(".")) : (owner as Tensor);
    const gradient = leaf?.grad;
    if (!gradient) return [`no gradient of ${path}`];
    const right = agree(gradient, expected, GRADIENT_TOLERANCE);
    return right ? [] : [`gradient of ${path}: ${String(sumsOf(gradient))}, expected ${expected}`];
  });
}
