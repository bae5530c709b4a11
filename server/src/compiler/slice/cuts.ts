import ts from "typescript";
import type { Cut } from "../../ir";

/** The comments that say nothing to the analysis. */
export function cutComments(sourceFile: ts.SourceFile): Cut[] {
  const { text } = sourceFile;
  const comments = new Map<number, ts.CommentRange>();
  const visit = (node: ts.Node): void => {
    if (ts.isJsxText(node)) return;
    const around = [
      ...(ts.getLeadingCommentRanges(text, node.pos) ?? []),
      ...(ts.getTrailingCommentRanges(text, node.end) ?? []),
    ];
    for (const comment of around) comments.set(comment.pos, comment);
    for (const child of node.getChildren(sourceFile)) visit(child);
  };
  visit(sourceFile);
  return [...comments.values()]
    .filter(({ pos, end }) => !/@(?:shape|param|returns?|type)\b/.test(text.slice(pos, end)))
    .map(({ pos, end }) => ({ start: pos, end, newText: "" }));
}

/** The texts that tell where files lie on somebody's machine. */
export function cutPaths(sourceFile: ts.SourceFile): Cut[] {
  const cuts: Cut[] = [];
  const visit = (node: ts.Node): void => {
    const isText = ts.isStringLiteralLike(node) || ts.isTemplateHead(node);
    if (isText && /^(?:file:|~?[\\/]+\w|[A-Za-z]:[\\/])/.test(node.text)) {
      const closing = ts.isTemplateHead(node) ? "${" : node.getText().slice(-1);
      cuts.push({ start: node.getStart(), end: node.end, newText: `${node.getText().charAt(0)}/path${closing}` });
    }
    ts.forEachChild(node, visit);
  };
  visit(sourceFile);
  return cuts;
}
