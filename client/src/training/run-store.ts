import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { Annotation, RunRecord } from "./run-files";
import { isActive, readRunRecord, runPaths, writeRunRecord } from "./run-files";

export interface StoredRun {
  readonly folder: string;
  readonly record: RunRecord;
}

/** The runs in a folder, newest first. A folder without a readable `run.json` is not a run. */
export function listRuns(runsFolder: string): StoredRun[] {
  let names: string[];
  try {
    names = fs.readdirSync(runsFolder);
  } catch {
    return [];
  }
  const runs = names.flatMap((name) => readRun(path.join(runsFolder, name)) ?? []);
  return runs.sort(
    (a, b) => b.record.created.localeCompare(a.record.created) || b.record.id.localeCompare(a.record.id),
  );
}

/** One run as it stands; a run whose process went away without a word is shown as stopped. */
export function readRun(folder: string): StoredRun | undefined {
  const record = readRunRecord(folder);
  if (!record) return undefined;
  if (!isOrphan(record)) return { folder, record };
  const message = "The window or the terminal that trained it was closed. What was recorded until then is kept.";
  return { folder, record: { ...record, status: "stopped", message } };
}

function isOrphan({ status, process: owner }: RunRecord): boolean {
  if (!isActive(status)) return false;
  // On another computer (a shared folder) there is no way to tell, so the record is believed.
  if (owner && owner.host !== os.hostname()) return false;
  return !owner || !isAlive(owner.pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user exists but cannot be signalled.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Whether there is something to resume a run from. Whether it fits the code is known when it is tried. */
export function hasCheckpoint(folder: string): boolean {
  return fs.existsSync(runPaths(folder).weights);
}

/** Whether a run has ended before its time and can go on. */
export function canResume({ folder, record: { status } }: StoredRun): boolean {
  return (status === "stopped" || status === "failed") && hasCheckpoint(folder);
}

/**
 * Names a run that has ended, or adds a note to it.
 *
 * @throws RangeError where the folder holds no run, or one whose host is still writing its record; the file system's errors.
 */
export function annotateRun(folder: string, annotation: Partial<Annotation>): void {
  const run = readRun(folder);
  if (!run) throw new RangeError(`${folder} is not a run's folder.`);
  if (isActive(run.record.status))
    throw new RangeError("The run is still trained elsewhere. Try again when it has ended.");
  writeRunRecord(folder, { ...run.record, ...annotation });
}

/**
 * Deletes a run's folder with everything in it.
 *
 * @throws RangeError where the folder holds no run, so that a wrong path deletes nothing; the file system's errors.
 */
export function deleteRun(folder: string): void {
  if (!readRunRecord(folder)) throw new RangeError(`${folder} is not a run's folder.`);
  fs.rmSync(folder, { recursive: true, force: true });
}
