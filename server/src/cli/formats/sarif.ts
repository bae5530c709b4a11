import { version } from "../../../../package.json";
import type { Severity } from "../../rules/finding";
import { rules } from "../../rules";
import type { CheckReport, Place, Range, ReportedDiagnostic, ReportedFix } from "../report";

/** The report as a SARIF 2.1.0 log, which code scanning services read. */
export function sarifLog(report: CheckReport): string {
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "Shapewright", version, rules: rules.map(ruleDescription) } },
        columnKind: "utf16CodeUnits",
        results: report.files.flatMap(({ path, diagnostics }) => diagnostics.map((each) => result(path, each))),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

const LEVELS: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", information: "note" };

function ruleDescription({ code, severity, summary, explanation }: (typeof rules)[number]): object {
  return {
    id: code,
    shortDescription: { text: summary },
    help: { text: explanation, markdown: explanation },
    defaultConfiguration: { level: LEVELS[severity] },
  };
}

function result(path: string, { code, severity, range, message, related, fixes }: ReportedDiagnostic): object {
  return {
    ruleId: code,
    level: LEVELS[severity],
    message: { text: message },
    locations: [location({ path, range })],
    relatedLocations: related.map((place, id) => ({ id, ...location(place), message: { text: place.message } })),
    fixes: fixes.map(fix),
  };
}

function location({ path, range }: Place): object {
  return { physicalLocation: { artifactLocation: artifact(path), region: region(range) } };
}

function fix({ title, edits }: ReportedFix): object {
  const paths = [...new Set(edits.map(({ path }) => path))];
  return {
    description: { text: title },
    artifactChanges: paths.map((path) => ({
      artifactLocation: artifact(path),
      replacements: edits
        .filter((edit) => edit.path === path)
        .map(({ range, newText }) => ({ deletedRegion: region(range), insertedContent: { text: newText } })),
    })),
  };
}

function artifact(path: string): object {
  return { uri: path.split("/").map(encodeURIComponent).join("/"), uriBaseId: "%SRCROOT%" };
}

/** SARIF counts from 1; its end column, too, is the one behind the last character. */
function region({ start, end }: Range): object {
  return {
    startLine: start.line + 1,
    startColumn: start.character + 1,
    endLine: end.line + 1,
    endColumn: end.character + 1,
  };
}
