import { analyze, type Analysis } from "../../interpreter/analyze";
import { libraries } from "../../ops";
import { revisedTexts, type Revisable } from "../verified-fixes";
import { annotateFromCallers } from "./annotate";
import { permuteChannels } from "./channels";
import { extractModule } from "./extract";
import type { Refactoring, Selection } from "./refactoring";

export type { Refactoring, Selection } from "./refactoring";

/** What can be done with a selection and leaves a program without new mistakes. */
export function refactorings(
  analysis: Analysis,
  selection: Selection,
  sources: Revisable,
  isCancelled: () => boolean,
): Refactoring[] {
  const offered = [...annotateFromCallers(selection), ...extractModule(selection), ...permuteChannels(selection)];
  const before = errorCount(analysis);
  return offered.filter(({ edits }) => {
    if (isCancelled()) return false;
    const revision = sources.revise(revisedTexts(edits, sources));
    if (revision.module(selection.found.file)?.broken !== false) return false;
    return errorCount(analyze(revision, [...analysis.files.keys()], { libraries, isCancelled })) <= before;
  });
}

function errorCount({ files }: Analysis): number {
  return [...files.values()].reduce((sum, { diagnostics }) => sum + diagnostics.length, 0);
}
