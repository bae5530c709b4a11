import type { Analysis } from "../interpreter/analyze";
import type { Fact } from "../interpreter/recorder";
import { sameSpan, type Span } from "../ir";
import { meantAt, nodesAt } from "./syntax";

/** The facts about an expression or a name. */
export function factsIn({ machine }: Analysis, span: Span): Fact[] {
  return machine.recorder.facts(span.file).filter((fact) => sameSpan(fact.span, span));
}

/** The expression or name that is meant at an offset: one that the analysis says something about. */
export function meantIn(analysis: Analysis, file: string, offset: number): Span | undefined {
  const found = analysis.files.get(file);
  if (!found) return undefined;
  const reported = found.diagnostics
    .map(({ span }) => span)
    .filter(({ start, end }) => start <= offset && offset <= end);
  const meant = meantAt(found.module, offset);
  const candidates = [
    ...meant,
    ...nodesAt(found.module, offset)
      .map(({ span }) => span)
      .reverse(),
  ];
  return (
    meant.find((span) => factsIn(analysis, span).length > 0) ??
    reported[0] ??
    candidates.find((span) => factsIn(analysis, span).length > 0)
  );
}
