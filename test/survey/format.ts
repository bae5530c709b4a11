import type { Share, Survey } from "./survey";

/** The survey as a page of text: diagnostics first, since each of them must be read. */
export function formatSurvey(found: Survey, mostReasons: number): string {
  const perThousand = found.lines === 0 ? 0 : (1000 * found.diagnostics.length) / found.lines;
  return [
    ...found.failures.map((failure) => `ANALYSIS FAILED ${failure}`),
    ...found.diagnostics.map(
      ({ place, diagnostic }) =>
        `${place} ${diagnostic.severity} ${diagnostic.code}\n    ${diagnostic.message.replaceAll("\n", "\n    ")}`,
    ),
    `${found.files} files, ${found.lines} lines, ${found.diagnostics.length} diagnostics (${perThousand.toFixed(2)} per thousand lines)`,
    `all files:                   ${formatShare(found.all)}`,
    `${`${found.modelFiles.files} files that build models:`.padEnd(28)} ${formatShare(found.modelFiles)}`,
    "",
    "Shapes were lost to (expressions without a rank + with unknown sizes):",
    ...found.reasons
      .slice(0, mostReasons)
      .map(
        ({ text, ranks, sizes, places }) => `${`${ranks} + ${sizes}`.padStart(10)}  ${text}  (${places.join(", ")})`,
      ),
  ].join("\n");
}

function formatShare({ expressions, ranked, known }: Share): string {
  const percent = (part: number): string => (expressions === 0 ? "-" : `${((100 * part) / expressions).toFixed(1)}%`);
  return `${expressions} tensor expressions, rank known ${percent(ranked)}, fully known ${percent(known)}`;
}
