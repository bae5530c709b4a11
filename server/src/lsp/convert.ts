import type * as lsp from "vscode-languageserver/node";
import { DiagnosticSeverity, InlayHintKind, MarkupKind } from "vscode-languageserver/node";
import type { Hover, HoverSizes } from "../ide/hover";
import { describeStep, type InlayHint, type InlayPart } from "../ide/inlay-hints";
import type { Diagnostic } from "../interpreter/recorder";
import { Span } from "../ir";
import { rulePageAddress } from "../rules/documentation";
import type { Edit, Severity } from "../rules/finding";
import { t } from "../text/translate";
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

  inlayHint(file: string, { offset, parts, tooltip }: InlayHint): lsp.InlayHint {
    const [first, ...rest] = parts;
    const label = first ? [{ ...first, text: first.text.trimStart() }, ...rest] : [];
    return {
      position: this.project.lines(file).position(offset),
      label: label.filter(({ text }) => text !== "").map((part) => this.inlayPart(part, file)),
      kind: InlayHintKind.Type,
      tooltip,
      paddingLeft: first?.text.startsWith(" ") ?? false,
    };
  }

  /** A size leads to where it was decided, and tells how. */
  private inlayPart({ text, span, history = [] }: InlayPart, file: string): lsp.InlayHintLabelPart {
    if (!span) return { value: text };
    const from = Span.at(file, 0, 0);
    const steps = history.map((step) => {
      const { name, uri, line } = this.place(step.span, from);
      return `- ${describeStep(step)}, [${name}](${uri}#L${line})`;
    });
    return {
      value: text,
      location: this.location(span),
      tooltip: { kind: MarkupKind.Markdown, value: steps.join("\n") },
    };
  }

  hover(hover: Hover, format: MarkupKind): lsp.Hover {
    const value = format === MarkupKind.Markdown ? this.hoverMarkdown(hover) : this.hoverText(hover);
    return { range: this.range(hover.span), contents: { kind: format, value } };
  }

  private hoverMarkdown({ span, headline, details, elsewhere, sizes, history, documentation }: Hover): string {
    const link = (at: Span): string => {
      const { name, uri, line } = this.place(at, span);
      return `[${name}](${uri}#L${line})`;
    };
    const about = details.map((each) => `${each.text}${each.span ? `, ${link(each.span)}` : ""}`);
    const origins = sizes.map((each) => `- ${code(each.sizes)} ${originText(each, link(each.span), code)}`);
    const steps = history.map((step) => `- ${link(step.span)} ${step.operation} \`${step.shape}\``);
    const calls = elsewhere.map((each) => `- \`${each.text}\`${each.span ? `, ${link(each.span)}` : ""}`);
    return [
      `\`\`\`typescript\n${headline}\n\`\`\``,
      ...(about.length > 0 ? [about.join("  \n")] : []),
      ...section(t`In other calls:`, calls),
      ...section(t`Sizes:`, origins),
      ...section(t`History:`, steps),
      ...(documentation ? [`[${t`Documentation of ${documentation.name}`}](${documentation.address})`] : []),
    ].join("\n\n");
  }

  private hoverText({ span, headline, details, elsewhere, sizes, history }: Hover): string {
    const plain = (texts: readonly string[]): string => texts.join(", ");
    return [
      headline,
      ...details.map((each) => {
        const place = each.span ? `, ${this.place(each.span, span).name}` : "";
        return `${each.text.replaceAll("`", "")}${place}`;
      }),
      ...elsewhere.map((each) => {
        const place = each.span ? `, ${this.place(each.span, span).name}` : "";
        return `${t`In other calls:`} ${each.text}${place}`;
      }),
      ...sizes.map((each) => `${plain(each.sizes)} ${originText(each, this.place(each.span, span).name, plain)}`),
      ...history.map((step) => `${this.place(step.span, span).name}: ${step.operation} ${step.shape}`),
    ].join("\n");
  }

  /** A place as it is called when one is at `from`. */
  private place(at: Span, from: Span): { readonly name: string; readonly uri: string; readonly line: number } {
    const { uri, range } = this.location(at);
    const line = range.start.line + 1;
    const name =
      at.file === from.file ? t`line ${line}` : `${decodeURIComponent(uri.slice(uri.lastIndexOf("/") + 1))}:${line}`;
    return { name, uri, line };
  }
}

function code(texts: readonly string[]): string {
  return texts.map((text) => `\`${text}\``).join(", ");
}

function originText(
  { operation, formula }: HoverSizes,
  place: string,
  format: (texts: readonly string[]) => string,
): string {
  const from = t`from ${operation}`;
  return [from, place, ...(formula ? [format([formula])] : [])].join(", ");
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length > 0 ? [`${title}\n${lines.join("\n")}`] : [];
}

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
};
