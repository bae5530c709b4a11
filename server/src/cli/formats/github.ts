import type { Severity } from "../../rules/finding";
import type { CheckReport, ReportedDiagnostic } from "../report";

/** Workflow commands, which GitHub shows as annotations of the changed lines. */
export function githubAnnotations(report: CheckReport): string {
  return report.files.flatMap(({ path, diagnostics }) => diagnostics.map((each) => annotation(path, each))).join("");
}

const COMMANDS: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", information: "notice" };

function annotation(path: string, { code, severity, range, message }: ReportedDiagnostic): string {
  const { start, end } = range;
  // GitHub takes columns only within one line.
  const columns = start.line === end.line ? { col: start.character + 1, endColumn: end.character + 1 } : {};
  const properties = { file: path, line: start.line + 1, endLine: end.line + 1, ...columns, title: code };
  const list = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
  return `::${COMMANDS[severity]} ${list.join(",")}::${escapeData(message)}\n`;
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
