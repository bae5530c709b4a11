import ts from "typescript";
import type { IgnoreComment, ShapeTag } from "../../ir";
import { LineIndex } from "../position";
import type { LowerContext } from "./context";

const SHAPE_TAG = /@shape(?![\w-])/g;
const TAG_NAME = /[ \t]*([A-Za-z_$][\w$]*(?:\.[\w$]+)*)?[ \t]*/y;

/** The `@shape` tags of the documentation comment directly before a node. */
export function shapeTags(ctx: LowerContext, node: ts.Node): ShapeTag[] {
  if (!ctx.mentionsShape) return [];
  const comments = ts.getLeadingCommentRanges(ctx.text, node.pos) ?? [];
  const last = comments.filter((comment) => ctx.text.startsWith("/**", comment.pos)).at(-1);
  if (last === undefined) return [];
  return tagsInComment(ctx, last.pos, last.end - "*/".length);
}

function tagsInComment(ctx: LowerContext, start: number, end: number): ShapeTag[] {
  const tags: ShapeTag[] = [];
  for (const match of ctx.text.slice(start, end).matchAll(SHAPE_TAG)) {
    tags.push(readTag(ctx, start + match.index + match[0].length, end));
  }
  return tags;
}

/** Reads `NAME [dims]` behind `@shape`. The tag ends with its line, so that a forgotten `]` does not swallow the next tag. */
function readTag(ctx: LowerContext, start: number, commentEnd: number): ShapeTag {
  const lineEnd = ctx.text.slice(start, commentEnd).search(/[\r\n]/);
  const end = lineEnd < 0 ? commentEnd : start + lineEnd;
  TAG_NAME.lastIndex = start;
  const name = TAG_NAME.exec(ctx.text.slice(0, end))?.[1];
  const textStart = Math.min(TAG_NAME.lastIndex, end);
  const textEnd = closingBracket(ctx.text, textStart, end) ?? ctx.text.slice(0, end).trimEnd().length;
  const span = ctx.range(textStart, Math.max(textStart, textEnd));
  return { name, text: ctx.text.slice(span.start, span.end), span };
}

/** Behind the `]` that closes the `[` at `start`, if one stands there and is closed before `end`. */
function closingBracket(text: string, start: number, end: number): number | undefined {
  if (text[start] !== "[") return undefined;
  let open = 0;
  for (let at = start; at < end; at++) {
    if (text[at] === "[") open++;
    if (text[at] === "]" && --open === 0) return at + 1;
  }
  return undefined;
}

const IGNORE_TAG = /@shape-ignore(?![\w-])/g;

/** The `// @shape-ignore` comments of a file. */
export function ignoreComments(ctx: LowerContext): IgnoreComment[] {
  const found: IgnoreComment[] = [];
  if (!ctx.mentionsShape) return found;
  const index = new LineIndex(ctx.text);
  for (const match of ctx.text.matchAll(IGNORE_TAG)) {
    const { line } = index.position(match.index);
    const lineStart = index.lineStart(line);
    const before = ctx.text.slice(lineStart, match.index);
    const comment = [...before.matchAll(/\/\//g)].find((slashes) => !isInsideLiteral(ctx, lineStart + slashes.index));
    if (comment === undefined) continue;
    const followsCode = before.slice(0, comment.index).trim() !== "";
    const end = match.index + match[0].length;
    const rules = ruleNames(ctx, end);
    found.push({ line: followsCode ? line : line + 1, rules, span: ctx.range(match.index, end) });
  }
  return found;
}

const RULE_NAMES = /[ \t]*:?[ \t]*([a-z]+(?:-[a-z]+)+(?:[ \t]*,[ \t]*[a-z]+(?:-[a-z]+)+)*)/y;

/** The words with hyphens behind the tag, with commas between them; what follows them, or stands there instead, is the reason. */
function ruleNames(ctx: LowerContext, start: number): IgnoreComment["rules"] {
  RULE_NAMES.lastIndex = start;
  const list = RULE_NAMES.exec(ctx.text)?.[1];
  if (list === undefined) return [];
  const listStart = RULE_NAMES.lastIndex - list.length;
  return [...list.matchAll(/[a-z-]+/g)].map(({ 0: name, index }) => ({
    name,
    span: ctx.range(listStart + index, listStart + index + name.length),
  }));
}

/** `//` inside a string, a template, a regular expression or JSX text is no comment. */
function isInsideLiteral(ctx: LowerContext, position: number): boolean {
  let node: ts.Node = ctx.sourceFile;
  for (;;) {
    const inner: ts.Node | undefined = ts.forEachChild(node, (child) =>
      ctx.start(child) <= position && position < child.end ? child : undefined,
    );
    if (inner === undefined) break;
    node = inner;
  }
  return (
    ts.isLiteralExpression(node) ||
    ts.isTemplateHead(node) ||
    ts.isTemplateMiddleOrTemplateTail(node) ||
    ts.isJsxText(node)
  );
}
