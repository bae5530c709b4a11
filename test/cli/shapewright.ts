import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "../../server/src/cli/program";
import type { CliEnvironment, ExitCode } from "../../server/src/cli/environment";

const out = fileURLToPath(new URL("../.out/cli/", import.meta.url));
const folders: string[] = [];

/** A folder with these files, by path within it. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  mkdirSync(out, { recursive: true });
  const folder = mkdtempSync(out);
  folders.push(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** Removes what {@link folderWith} has made. */
export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

export interface Outcome {
  readonly code: ExitCode;
  readonly output: string;
  readonly messages: string;
}

/** Runs `shapewright` in a folder as a shell would: `shapewright(folder, "check", "net.ts")`. */
export function shapewright(workingDirectory: string, ...args: string[]): Promise<Outcome> {
  return shapewrightIn({ workingDirectory }, ...args);
}

/** The same, on a terminal or with variables. */
export async function shapewrightIn(
  surroundings: { workingDirectory: string; isTTY?: boolean; variables?: CliEnvironment["variables"] },
  ...args: string[]
): Promise<Outcome> {
  const written = { output: "", messages: "" };
  const stream = (name: keyof typeof written) => ({
    write: (text: string) => void (written[name] += text),
    isTTY: surroundings.isTTY ?? false,
  });
  const code = await run(args, {
    workingDirectory: surroundings.workingDirectory,
    variables: surroundings.variables ?? {},
    output: stream("output"),
    messages: stream("messages"),
  });
  return { code, ...written };
}
