import { describe, expect, test } from "vitest";
import { lowerModule } from "../../server/src/compiler";
import { containsSpan, type Expression, type Span, type Statement } from "../../server/src/ir";
import { everyNode } from "./everyNode";

const source = `
/** Said before. */
export class Net {
  /** @shape x [N, 3] */
  forward(x: Tensor): Tensor { return this.fc(x as any).view(-1, (1 + 2)); }
}
const { a, b: c = 1 } = o?.p["q"];
`;
const module = lowerModule("/net.ts", source);
const textOf = (span: Span): string => source.slice(span.start, span.end);

function statement<Kind extends Statement["kind"]>(kind: Kind): Extract<Statement, { kind: Kind }> {
  const found = module.body.find((each) => each.kind === kind);
  if (found?.kind !== kind) throw new Error(`no ${kind}`);
  return found as Extract<Statement, { kind: Kind }>;
}

function isKind<Kind extends Expression["kind"]>(
  node: Expression | undefined,
  kind: Kind,
): Extract<Expression, { kind: Kind }> {
  expect(node?.kind).toBe(kind);
  return node as Extract<Expression, { kind: Kind }>;
}

describe("spans", () => {
  const method = statement("classDeclaration").class.members[0];
  if (method?.kind !== "method") throw new Error("no method");
  const [returned] = method.function.body ?? [];
  if (returned?.kind !== "return") throw new Error("no return");
  const call = isKind(returned.value, "call");

  test("of declarations begin behind their comment", () => {
    expect(textOf(statement("classDeclaration").span)).toMatch(/^export class Net/);
    expect(textOf(statement("classDeclaration").class.nameSpan)).toBe("Net");
    expect(textOf(method.span)).toMatch(/^forward\(x/);
    expect(textOf(method.function.nameSpan)).toBe("forward");
  });

  test("of a tag are its bracketed text", () => {
    expect(method.function.shapeTags.map((tag) => textOf(tag.span))).toEqual(["[N, 3]"]);
  });

  test("of parameters and types", () => {
    const [parameter] = method.function.parameters;
    expect(parameter && textOf(parameter.span)).toBe("x: Tensor");
    expect(parameter?.type && textOf(parameter.type.span)).toBe("Tensor");
    expect(parameter && textOf(parameter.pattern.span)).toBe("x");
  });

  test("of expressions: parentheses belong to what they hold, assertions do not", () => {
    expect(textOf(call.span)).toBe("this.fc(x as any).view(-1, (1 + 2))");
    const view = isKind(call.callee, "member");
    expect(textOf(view.propertySpan)).toBe("view");
    expect(textOf(view.object.span)).toBe("this.fc(x as any)");
    expect(call.args.map((argument) => textOf(argument.value.span))).toEqual(["-1", "(1 + 2)"]);
    expect(textOf(isKind(view.object, "call").args[0]!.value.span)).toBe("x");
  });

  test("of patterns", () => {
    const [declaration] = statement("declare").declarations;
    if (declaration?.pattern.kind !== "objectPattern") throw new Error("no pattern");
    expect(textOf(declaration.span)).toBe('{ a, b: c = 1 } = o?.p["q"]');
    expect(textOf(declaration.pattern.span)).toBe("{ a, b: c = 1 }");
    expect(declaration.pattern.properties.map((property) => textOf(property.span))).toEqual(["a", "b: c = 1"]);
    expect(declaration.pattern.properties.map((property) => textOf(property.value.span))).toEqual(["a", "c = 1"]);
  });

  test("lie inside the module's", () => {
    const nodes = everyNode(module.body);
    expect(nodes.length).toBeGreaterThan(20);
    for (const { span } of nodes) expect(containsSpan(module.span, span)).toBe(true);
  });
});
