import type { Colors } from "picocolors/types";
import { formatOperations } from "../../ide/quantities";
import type { ModelSummary } from "../../ide/summary";
import { columnTitles, readableRows } from "../../ide/summary-table";
import { multiply, constant } from "../../shape/dim";
import { formatShape } from "../../shape/shape";
import { t } from "../../text/translate";

/** A summary as a table for people, its numbers aligned to the right. */
export function prettySummary(summary: ModelSummary, colors: Colors): string {
  const titles = columnTitles();
  const rows = [titles, ...readableRows(summary)];
  const widths = titles.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, i) => (i < 3 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
  const rule = colors.dim("─".repeat(Math.max(...lines.map((line) => line.length))));
  const [header = "", ...body] = lines;
  const total = body.pop() ?? "";
  const inputs = summary.inputs.map(({ name, shape }) => `${name} ${formatShape(shape)}`).join(", ");
  const { multiplyAdds } = summary.totals;
  const flops =
    multiplyAdds && multiplyAdds !== constant(0)
      ? `${formatOperations(multiply(constant(2), multiplyAdds))} FLOPs`
      : "";
  return [
    `${colors.bold(summary.name)}(${inputs})`,
    "",
    colors.dim(header),
    rule,
    ...body,
    rule,
    colors.bold(total),
    ...(flops
      ? ["", colors.dim(t`A multiply-add is two floating-point operations: ${flops} for one forward pass.`)]
      : []),
    "",
  ].join("\n");
}
