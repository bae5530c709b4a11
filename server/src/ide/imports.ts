import { importedFiles } from "../interpreter/concern";
import type { ModuleSource } from "../interpreter/machine";

/**
 * Splits files into groups that import each other, directly or through files outside of the list. What one group's files do to
 * each other no other group can see, so that groups can be analysed one after the other and forgotten: time and memory grow with
 * the workspace and not with its square.
 */
export function importGroups(source: ModuleSource, files: readonly string[]): string[][] {
  const leaders = new Map<string, string>();
  const leaderOf = (file: string): string => {
    let leader = file;
    for (let next = leaders.get(leader); next !== undefined && next !== leader; next = leaders.get(leader))
      leader = next;
    leaders.set(file, leader);
    return leader;
  };
  const pending = [...files];
  const seen = new Set(files);
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    const module = source.module(file);
    for (const imported of module ? importedFiles(source, module) : []) {
      leaders.set(leaderOf(imported), leaderOf(file));
      if (seen.has(imported)) continue;
      seen.add(imported);
      pending.push(imported);
    }
  }
  const groups = new Map<string, string[]>();
  for (const file of files) {
    const group = groups.get(leaderOf(file));
    if (group) group.push(file);
    else groups.set(leaderOf(file), [file]);
  }
  return [...groups.values()];
}
