// The hooks that docs/ci.md shows, copied from there and run by git.
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { folderWith, removeFolders } from "../cli/shapewright";
import { buildCommand } from "../host/command";
import { projectRoot } from "../host/paths";

let bin: string;
beforeAll(async () => {
  bin = await buildCommand("hooks");
});
afterAll(removeFolders);

const page = readFileSync(join(projectRoot, "docs/ci.md"), "utf8");

/** The block of the page that holds a text. */
function block(containing: string): string {
  const blocks = [...page.matchAll(/^```\w+\n([\s\S]*?)^```/gm)].map(([, code = ""]) => code);
  const found = blocks.find((code) => code.includes(containing));
  if (found === undefined) throw new Error(`docs/ci.md shows nothing with ${containing}.`);
  return found;
}

const GOOD = `import { torch } from "shapewright/torch";\ntorch.zeros([2, 3]).t();\n`;
const BAD = `import { torch } from "shapewright/torch";\ntorch.zeros([2, 3]).view(7);\n`;
const environment = () => ({
  ...process.env,
  PATH: `${bin}${delimiter}${process.env["PATH"] ?? ""}`,
  GIT_AUTHOR_NAME: "Ada",
  GIT_AUTHOR_EMAIL: "ada@example.org",
  GIT_COMMITTER_NAME: "Ada",
  GIT_COMMITTER_EMAIL: "ada@example.org",
  GIT_CONFIG_GLOBAL: "/dev/null",
});

function repository(files: Readonly<Record<string, string>>): string {
  const folder = folderWith(files);
  execFileSync("git", ["init", "--quiet"], { cwd: folder, env: environment() });
  return folder;
}

describe("docs/ci.md", () => {
  it("has a hook for git that stops a commit with a mistake, and no other", () => {
    const folder = repository({ "net.ts": BAD, "notes.md": "" });
    const hook = join(folder, ".git/hooks/pre-commit");
    writeFileSync(hook, block("# .git/hooks/pre-commit"));
    chmodSync(hook, 0o755);
    const commit = (...files: string[]) => {
      execFileSync("git", ["add", ...files], { cwd: folder, env: environment() });
      return spawnSync("git", ["commit", "--quiet", "-m", "Try"], {
        cwd: folder,
        env: environment(),
        encoding: "utf8",
      });
    };
    expect(commit("notes.md")).toMatchObject({ status: 0, stderr: "" });
    const refused = commit("net.ts");
    expect(refused.status).not.toBe(0);
    // Git gives a hook one stream for both.
    expect(refused.stdout + refused.stderr).toContain("error[reshape-size]");
    writeFileSync(join(folder, "net.ts"), GOOD);
    expect(commit("net.ts").status).toBe(0);
  });

  it("has a command for lint-staged, which hands it absolute paths", () => {
    const { "lint-staged": tasks } = JSON.parse(block('"lint-staged"')) as { "lint-staged": Record<string, string> };
    const [[pattern, command] = ["", ""]] = Object.entries(tasks);
    expect(pattern).toContain("ts");
    const folder = folderWith({ "src/a.ts": GOOD, "src/b.ts": BAD });
    const [program = "", ...args] = command.split(" ");
    const run = (...files: string[]) =>
      spawnSync(program, [...args, ...files.map((file) => join(folder, file))], {
        cwd: folder,
        env: environment(),
        encoding: "utf8",
      });
    expect(run("src/a.ts").status).toBe(0);
    const failed = run("src/a.ts", "src/b.ts");
    expect(failed.status).toBe(1);
    expect(failed.stdout).toContain("src/b.ts:2:1");
  });

  it("has commands for a baseline that follow each other", () => {
    const folder = repository({ "src/net.ts": BAD });
    const lines = block("--write-baseline").trim().split("\n");
    const run = (line: string) =>
      spawnSync("sh", ["-c", line], { cwd: folder, env: environment(), encoding: "utf8" }).status;
    expect(run("npx shapewright check src")).toBe(1);
    expect(lines.map(run)).toEqual(lines.map(() => 0));
  });
});
