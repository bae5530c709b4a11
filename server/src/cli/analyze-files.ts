import type { Workspace } from "../compiler";
import { importGroups } from "../ide/imports";
import { analyze, type Analysis } from "../interpreter/analyze";
import { libraries } from "../ops";

export type FailureHandler = (file: string, error: unknown) => void;

/**
 * Analyses the files, those that import each other together, and hands each group over as soon as it is done, so that no more
 * than one is in memory. An analysis that fails is a bug of ours: it is told to `onFailure`, and the other files still get theirs.
 */
export function* analyzeFiles(
  workspace: Workspace,
  files: readonly string[],
  onFailure: FailureHandler,
): Generator<Analysis> {
  for (const group of importGroups(workspace, files)) yield* analyzeGroup(workspace, group, onFailure);
}

function analyzeGroup(workspace: Workspace, group: readonly string[], onFailure: FailureHandler): Analysis[] {
  try {
    return [analyze(workspace, group, { libraries })];
  } catch (error) {
    const [file] = group;
    if (file !== undefined && group.length === 1) {
      onFailure(file, error);
      return [];
    }
    // A file that fails takes only itself down.
    return group.flatMap((each) => analyzeGroup(workspace, [each], onFailure));
  }
}
