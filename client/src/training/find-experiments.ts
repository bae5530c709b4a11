/** Where a file declares its experiment. Lines and characters are zero-based, characters in UTF-16 units. */
export interface ExperimentLocation {
  /** The `name` in the definition; undefined where it is not written as a plain string. */
  readonly name: string | undefined;
  readonly line: number;
  readonly character: number;
}

/**
 * Finds the experiment that a file exports as its default, by reading its text: nothing is executed or compiled, so
 * that a whole workspace can be listed quickly and safely. `export default defineExperiment(…)` is found, and a
 * constant or variable that is exported as the default further on.
 */
export function findExperiment(text: string): ExperimentLocation | undefined {
  if (!text.includes("defineExperiment")) return undefined;
  const code = blankComments(text);
  const call = defaultExportedCall(code);
  if (call === undefined) return undefined;
  const before = text.slice(0, call);
  const line = before.split("\n").length - 1;
  return { name: definitionName(code.slice(call)), line, character: call - (before.lastIndexOf("\n") + 1) };
}

/** The offset of `defineExperiment` in the call whose value is the default export. */
function defaultExportedCall(code: string): number | undefined {
  const direct = /\bexport\s+default\s+(?=(defineExperiment)\s*[(<])/.exec(code);
  if (direct) return direct.index + direct[0].length;
  const exported = /\bexport\s+default\s+([A-Za-z_$][\w$]*)\s*(?:;|$)/m.exec(code)?.[1];
  if (exported === undefined) return undefined;
  const name = exported.replaceAll("$", "\\$");
  const declared = new RegExp(`\\b(?:const|let|var)\\s+${name}\\b[^=;]*=\\s*(?=defineExperiment\\s*[(<])`).exec(code);
  return declared ? declared.index + declared[0].length : undefined;
}

function definitionName(call: string): string | undefined {
  const match = /[{,]\s*name\s*:\s*(["'`])((?:\\.|(?!\1)[^\\])*)\1/.exec(call);
  const name = match?.[2];
  // A template with a substitution has no value before the file runs.
  return name === undefined || (match?.[1] === "`" && name.includes("${"))
    ? undefined
    : name.replaceAll(/\\(.)/g, "$1");
}

/** Replaces comments by blanks of the same length, so that offsets stay; strings are stepped over whole. */
function blankComments(text: string): string {
  const token = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g;
  return text.replaceAll(token, (found) => (found.startsWith("/") ? found.replaceAll(/[^\n]/g, " ") : found));
}
