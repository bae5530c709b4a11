import type * as lsp from "vscode-languageserver/node";
import { DiagnosticSeverity, InlayHintKind, MarkupKind } from "vscode-languageserver/node";
import type { Hover } from "../ide/hover";
import type { InlayHint } from "../ide/inlay-hints";
import type { Diagnostic } from "../interpreter/recorder";
import type { Span } from "../ir";
import type { Severity } from "../rules/finding";
import type { OpenDocuments } from "./documents";
import type { FixData } from "./fixes";
import type { Project } from "./project";

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

  diagnostic({ code, severity, span, message, related, fixes }: Diagnostic): lsp.Diagnostic {
    const data: FixData = {
      fixes: fixes.map(({ title, preferred, edits }) => ({
        title,
        preferred,
        edits: edits.map((edit) => ({
          uri: this.documents.uri(edit.span.file),
          version: this.documents.version(edit.span.file),
          range: this.range(edit.span),
          newText: edit.newText,
        })),
      })),
    };
    return {
      source: "shapewright",
      code,
      severity: SEVERITIES[severity],
      range: this.range(span),
      message,
      relatedInformation: related.map((place) => ({ location: this.location(place.span), message: place.message })),
      data,
    };
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

  private hoverMarkdown({ span, headline, details, elsewhere, history }: Hover): string {
    const steps = history.map((step) => {
      const { uri, range } = this.location(step.span);
      const line = range.start.line + 1;
      return `- [${placeName(uri, line, step.span.file === span.file)}](${uri}#L${line}) ${step.operation} \`${step.shape}\``;
    });
    return [
      `\`\`\`typescript\n${headline}\n\`\`\``,
      ...details.map((detail) => detail.replace(/\[.*?\]/g, "`$&`")),
      ...(elsewhere.length > 0 ? [`In other calls:\n${elsewhere.map((each) => `- \`${each}\``).join("\n")}`] : []),
      ...(steps.length > 0 ? [`History:\n${steps.join("\n")}`] : []),
    ].join("\n\n");
  }

  private hoverText({ span, headline, details, elsewhere, history }: Hover): string {
    const steps = history.map((step) => {
      const { uri, range } = this.location(step.span);
      return `${placeName(uri, range.start.line + 1, step.span.file === span.file)}: ${step.operation} ${step.shape}`;
    });
    return [headline, ...details, ...elsewhere.map((each) => `In other calls: ${each}`), ...steps].join("\n");
  }
}

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
};

function placeName(uri: string, line: number, isHere: boolean): string {
  return isHere ? `line ${line}` : `${decodeURIComponent(uri.slice(uri.lastIndexOf("/") + 1))}:${line}`;
}
