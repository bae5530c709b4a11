import type * as lsp from "vscode-languageserver/node";
import { DiagnosticSeverity, InlayHintKind, MarkupKind } from "vscode-languageserver/node";
import type { Hover } from "../ide/hover";
import type { InlayHint } from "../ide/inlay-hints";
import type { Diagnostic } from "../interpreter/recorder";
import type { Span } from "../ir";
import { rulePageAddress } from "../rules/documentation";
import type { Edit, Severity } from "../rules/finding";
import type { OpenDocuments } from "./documents";
import type { Project } from "./project";

/** What diagnostics name as their source. */
export const SOURCE = "shapewright";

/** Turns what the analysis says, in files and offsets, into what the protocol says, in documents and positions. */
export class Converter {
  constructor(
    private readonly project: Project,
    private readonly documents: OpenDocuments,
  ) {}

  range({ file, start, end }: Span): lsp.Range {
    const lines = this.project.lines(file);
    return { start: lines.position(start), end: lines.position(end) };
  }

  location(span: Span): lsp.Location {
    return { uri: this.documents.uri(span.file), range: this.range(span) };
  }

  diagnostic({ code, severity, span, message, related }: Diagnostic): lsp.Diagnostic {
    return {
      source: SOURCE,
      code,
      codeDescription: { href: rulePageAddress(code) },
      severity: SEVERITIES[severity],
      range: this.range(span),
      message,
      relatedInformation: related.map((place) => ({ location: this.location(place.span), message: place.message })),
    };
  }

  /** With versions where the client understands them: then it refuses an edit that was made for an older text. */
  workspaceEdit(edits: readonly Edit[], capabilities: lsp.ClientCapabilities): lsp.WorkspaceEdit {
    const byFile = new Map<string, lsp.TextEdit[]>();
    for (const { span, newText } of edits) {
      const inFile = byFile.get(span.file) ?? [];
      inFile.push({ range: this.range(span), newText });
      byFile.set(span.file, inFile);
    }
    const changes = [...byFile].map(([file, inFile]) => ({
      textDocument: { uri: this.documents.uri(file), version: this.documents.version(file) },
      edits: inFile,
    }));
    if (capabilities.workspace?.workspaceEdit?.documentChanges) return { documentChanges: changes };
    return { changes: Object.fromEntries(changes.map((change) => [change.textDocument.uri, change.edits])) };
  }

  inlayHint(file: string, { offset, label, tooltip }: InlayHint): lsp.InlayHint {
    return {
      position: this.project.lines(file).position(offset),
      label: label.trimStart(),
      kind: InlayHintKind.Type,
      tooltip,
      paddingLeft: label.startsWith(" "),
    };
  }

  hover(hover: Hover, format: MarkupKind): lsp.Hover {
    const value = format === MarkupKind.Markdown ? this.hoverMarkdown(hover) : this.hoverText(hover);
    return { range: this.range(hover.span), contents: { kind: format, value } };
  }

  private hoverMarkdown({ span, headline, details, elsewhere, sizes, history }: Hover): string {
    const link = (at: Span): string => {
      const { name, uri, line } = this.place(at, span);
      return `[${name}](${uri}#L${line})`;
    };
    const origins = sizes.map((each) => `${code(each.sizes)} from ${each.operation}, ${link(each.span)}`);
    const steps = history.map((step) => `- ${link(step.span)} ${step.operation} \`${step.shape}\``);
    return [
      `\`\`\`typescript\n${headline}\n\`\`\``,
      ...details.map((detail) => detail.replace(/\[.*?\]/g, "`$&`")),
      ...(elsewhere.length > 0 ? [`In other calls:\n${elsewhere.map((each) => `- \`${each}\``).join("\n")}`] : []),
      ...(origins.length > 0 ? [`Sizes: ${origins.join("; ")}`] : []),
      ...(steps.length > 0 ? [`History:\n${steps.join("\n")}`] : []),
    ].join("\n\n");
  }

  private hoverText({ span, headline, details, elsewhere, sizes, history }: Hover): string {
    return [
      headline,
      ...details,
      ...elsewhere.map((each) => `In other calls: ${each}`),
      ...sizes.map((each) => `${each.sizes.join(", ")} from ${each.operation}, ${this.place(each.span, span).name}`),
      ...history.map((step) => `${this.place(step.span, span).name}: ${step.operation} ${step.shape}`),
    ].join("\n");
  }

  /** A place as it is called when one is at `from`. */
  private place(at: Span, from: Span): { readonly name: string; readonly uri: string; readonly line: number } {
    const { uri, range } = this.location(at);
    const line = range.start.line + 1;
    const name =
      at.file === from.file ? `line ${line}` : `${decodeURIComponent(uri.slice(uri.lastIndexOf("/") + 1))}:${line}`;
    return { name, uri, line };
  }
}

function code(texts: readonly string[]): string {
  return texts.map((text) => `\`${text}\``).join(", ");
}

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
};
