import type { DataFlow, FlowPart } from "../../server/src/ide/graph/graph";
import { isGroup } from "../../server/src/ide/graph/graph";
import { subjectsOf } from "../../server/src/ide/graph/subjects";
import { traceFlow } from "../../server/src/ide/graph/trace";
import { formatShape } from "../../server/src/shape/shape";
import { analyzeFixture, MAIN } from "../engine/check";

/** The data flow of what a program calls `name`, one line a part: `conv Conv2d ← x: [N, 8, 28, 28]`. */
export function flowOf(program: string, name: string): string {
  const { analysis } = analyzeFixture(program);
  const subjects = subjectsOf(analysis, MAIN);
  const subject = subjects.find((one) => one.name === name);
  if (!subject) throw new Error(`There is no ${name}, but ${subjects.map((one) => one.name).join(", ")}.`);
  const flow = traceFlow(analysis, subject);
  return typeof flow === "string" ? flow : flowText(flow);
}

export function flowText({ parts, edges, problems }: DataFlow): string {
  const numbers = new Map<number, string>();
  const counts = new Map<string, number>();
  for (const { id, label } of parts) {
    const count = (counts.get(label) ?? 0) + 1;
    counts.set(label, count);
    numbers.set(id, count === 1 ? label : `${label}#${count}`);
  }
  const line = (part: FlowPart): string => {
    const name = numbers.get(part.id) ?? "";
    if (isGroup(part)) {
      const count = part.kind === "repeat" ? ` ×${part.count}` : "";
      return `${name}${part.operation === part.label ? "" : ` ${part.operation}`}${count} {`;
    }
    const sources = edges.filter(({ to }) => to === part.id);
    const from = sources.map((edge) => numbers.get(edge.from) + (edge.output > 0 ? `.${edge.output}` : ""));
    const marks = [part.isShared && "shared", part.isUnused && "unused", ...part.errors].filter(Boolean);
    return [
      `${part.operation === part.label ? name : `${name} ${part.operation}`}`,
      from.length > 0 ? ` ← ${from.join(", ")}` : "",
      part.kind === "output" ? "" : `: ${part.outputs.map(formatShape).join(" ")}`,
      marks.length > 0 ? ` !! ${marks.join("; ")}` : "",
    ].join("");
  };
  const below = (parent: number | undefined, indent: string): string[] =>
    parts
      .filter((part) => part.parent === parent)
      .flatMap((part) => [`${indent}${line(part)}`, ...(isGroup(part) ? below(part.id, `${indent}  `) : [])]);
  return [...problems.map((problem) => `!! ${problem}`), ...below(undefined, "")].join("\n");
}
