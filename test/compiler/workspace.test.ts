import { mkdtempSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { diskFileSystem, MemoryFileSystem, normalizePath, Workspace } from "../../server/src/compiler";
import { printModule } from "./printModule";

const workspaceOf = (files: Readonly<Record<string, string>>) => new Workspace(new MemoryFileSystem(files));

describe("modules", () => {
  test("stay the same object until their text changes", () => {
    const files = new MemoryFileSystem({ "/a.ts": "const a = 1" });
    const workspace = new Workspace(files);
    const before = workspace.module("/a.ts");
    workspace.fileChanged("/a.ts");
    expect(workspace.module("/a.ts")).toBe(before);

    files.write("/a.ts", "const a = 2");
    expect(workspace.module("/a.ts")).toBe(before);
    workspace.fileChanged("/a.ts");
    expect(workspace.module("/a.ts")?.hash).not.toBe(before?.hash);

    files.remove("/a.ts");
    workspace.fileChanged("/a.ts");
    expect(workspace.module("/a.ts")).toBeUndefined();
  });

  test("are made of what somebody may have written, not of minified code nor of data", () => {
    const workspace = workspaceOf({
      "/lib.min.js": `!function(){${"var a=1,b=2;".repeat(4000)}}();`,
      "/long.js": "export const a = 1;\n".repeat(4000),
      "/data.json": `[${"1,".repeat(300_000)}1]`,
    });
    expect(workspace.module("/lib.min.js")).toBeUndefined();
    expect(workspace.module("/data.json")).toBeUndefined();
    expect(workspace.module("/long.js")).toBeDefined();
  });

  test("of open documents have the document's text", () => {
    const workspace = workspaceOf({ "/a.ts": "const a = 1" });
    workspace.setOverlay("/a.ts", "const a = 2");
    expect(printModule(workspace.module("/a.ts")!)).toBe("const a = 2");
    workspace.setOverlay("/a.ts", undefined);
    expect(printModule(workspace.module("/a.ts")!)).toBe("const a = 1");
  });

  test("of equal texts in two files differ, since their spans do", () => {
    const workspace = workspaceOf({ "/a.ts": "", "/b.ts": "" });
    expect(workspace.module("/a.ts")?.hash).not.toBe(workspace.module("/b.ts")?.hash);
  });
});

describe("imports", () => {
  const workspace = workspaceOf({
    "/p/src/main.ts": "",
    "/p/src/model.ts": "",
    "/p/src/view.tsx": "",
    "/p/src/plain.js": "",
    "/p/src/plain.d.ts": "",
    "/p/src/only.d.ts": "",
    "/p/src/config.json": "{}",
    "/p/src/layers/index.ts": "",
    "/p/node_modules/lib/package.json": '{ "main": "index.js" }',
    "/p/node_modules/lib/index.js": "",
  });

  test.each([
    ["./model", "/p/src/model.ts"],
    ["./model.js", "/p/src/model.ts"],
    ["./model.ts", "/p/src/model.ts"],
    ["./view", "/p/src/view.tsx"],
    ["./layers", "/p/src/layers/index.ts"],
    ["../src/model", "/p/src/model.ts"],
    ["./config.json", "/p/src/config.json"],
    ["./plain", "/p/src/plain.js"],
    ["./only", undefined],
    ["./missing", undefined],
    ["lib", undefined],
    ["../node_modules/lib/index.js", undefined],
    ["node:fs", undefined],
    ["@tensorflow/tfjs", undefined],
  ])("%s", (specifier, expected) => {
    expect(workspace.resolve(specifier, "/p/src/main.ts")).toBe(expected);
  });

  test.each([
    ["pnpm-workspace.yaml", "packages:\n  # ours\n  - 'packages/**'\n  - \"!packages/old\"\ncatalog:\n  - no\n"],
    ["package.json", '{ "workspaces": ["./packages/*/", "packages/deep/**", "!packages/old"] }'],
    ["lerna.json", '{ "packages": ["packages/*", "packages/deep/*", "!packages/old"] }'],
  ])("of packages of the same workspace, as %s lists them", (file, text) => {
    const listed = workspaceOf({
      [`/p/${file}`]: text,
      "/p/packages/app/main.ts": "",
      "/p/packages/built/package.json": '{ "name": "built", "main": "dist/index.js", "types": "dist/index.d.ts" }',
      "/p/packages/built/src/index.ts": "",
      "/p/packages/built/src/net.ts": "",
      "/p/packages/named/package.json":
        '{ "name": "@me/named", "exports": { ".": { "types": "./lib/net.d.ts", "default": "./lib/net.js" } } }',
      "/p/packages/named/src/net.ts": "",
      "/p/packages/deep/inner/package.json": '{ "name": "inner" }',
      "/p/packages/deep/inner/index.js": "",
      "/p/packages/old/package.json": '{ "name": "old" }',
      "/p/packages/old/index.ts": "",
      "/p/other/package.json": '{ "name": "other" }',
      "/p/other/index.ts": "",
    });
    const resolved = (specifier: string) => listed.resolve(specifier, "/p/packages/app/main.ts");
    expect(resolved("built")).toBe("/p/packages/built/src/index.ts");
    expect(resolved("built/net")).toBe("/p/packages/built/src/net.ts");
    expect(resolved("@me/named")).toBe("/p/packages/named/src/net.ts");
    expect(resolved("inner")).toBe("/p/packages/deep/inner/index.js");
    expect(["old", "other", "missing", "@me/other"].map(resolved)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  test("of a package's own name need its exports, since nothing else leads there", () => {
    const own = workspaceOf({
      "/p/package.json": '{ "name": "own", "main": "index.ts" }',
      "/p/index.ts": "",
      "/p/main.ts": "",
    });
    expect(own.resolve("own", "/p/main.ts")).toBeUndefined();
  });

  test("follow the paths of the nearest configuration, also through extends", () => {
    const mapped = workspaceOf({
      "/p/tsconfig.base.json": '{ "compilerOptions": { "paths": { "@/*": ["./src/*"], "exact": ["./src/x.ts"] } } }',
      "/p/tsconfig.json": '{ "extends": "./tsconfig.base.json" /* comments are allowed */ }',
      "/p/src/x.ts": "",
      "/p/sub/jsconfig.json": '{ "compilerOptions": { "baseUrl": "." } }',
      "/p/sub/lib/y.js": "",
    });
    expect(mapped.resolve("@/x", "/p/src/deep/main.ts")).toBe("/p/src/x.ts");
    expect(mapped.resolve("exact", "/p/src/main.ts")).toBe("/p/src/x.ts");
    expect(mapped.resolve("@/x", "/p/sub/main.js")).toBeUndefined();
    expect(mapped.resolve("lib/y", "/p/sub/main.js")).toBe("/p/sub/lib/y.js");
  });

  test("follow the paths of a configuration that the nearest one only refers to", () => {
    const referred = workspaceOf({
      "/p/tsconfig.json": '{ "files": [], "references": [{ "path": "./tsconfig.app.json" }] }',
      "/p/tsconfig.app.json": '{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }',
      "/p/src/x.ts": "",
    });
    expect(referred.resolve("@/x", "/p/src/main.ts")).toBe("/p/src/x.ts");
  });

  test("survive a broken configuration", () => {
    const broken = workspaceOf({ "/p/tsconfig.json": '{ "compilerOptions": {', "/p/a.ts": "", "/p/b.ts": "" });
    expect(broken.resolve("./b", "/p/a.ts")).toBe("/p/b.ts");
  });

  test("see files that come and go, also unsaved ones", () => {
    const files = new MemoryFileSystem({ "/a.ts": "" });
    const changing = new Workspace(files);
    expect(changing.resolve("./b", "/a.ts")).toBeUndefined();
    changing.setOverlay("/b.ts", "export {}");
    expect(changing.resolve("./b", "/a.ts")).toBe("/b.ts");
    changing.setOverlay("/b.ts", undefined);
    expect(changing.resolve("./b", "/a.ts")).toBeUndefined();
    files.write("/b.ts", "");
    changing.fileChanged("/b.ts");
    expect(changing.resolve("./b", "/a.ts")).toBe("/b.ts");
  });
});

describe("files", () => {
  test("of a folder are its sources, not packages, declarations or hidden folders", () => {
    const names = ["b.ts", "a.mjs", "sub/c.tsx", "sub/d.cts", "e.d.ts", "f.d.css.ts", "g.json", "README.md"];
    const hidden = ["node_modules/m/x.js", ".git/y.ts"];
    const workspace = workspaceOf(Object.fromEntries([...names, ...hidden].map((name) => [`/p/${name}`, ""])));
    expect(workspace.files("/p/")).toEqual(["/p/a.mjs", "/p/b.ts", "/p/sub/c.tsx", "/p/sub/d.cts"]);
  });

  test("of a file are itself, when it is source", () => {
    const workspace = workspaceOf({ "/p/a.ts": "", "/p/b.md": "" });
    expect(workspace.files("/p/a.ts")).toEqual(["/p/a.ts"]);
    expect(workspace.files("/p/b.md")).toEqual([]);
    expect(workspace.files("/missing")).toEqual([]);
  });
});

describe("the disk", () => {
  const folder = mkdtempSync(join(tmpdir(), "shapewright-"));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test("is read without a byte order mark, and circles of links are not followed", () => {
    mkdirSync(join(folder, "sub"), { recursive: true });
    const text = "import { b } from './sub/b';";
    writeFileSync(join(folder, "a.ts"), `\uFEFF${text}`);
    writeFileSync(join(folder, "sub", "b.ts"), "export const b = 1;");
    symlinkSync(folder, join(folder, "sub", "circle"));

    const root = normalizePath(folder);
    const workspace = new Workspace(diskFileSystem);
    expect(workspace.files(root)).toEqual([`${root}/a.ts`, `${root}/sub/b.ts`]);
    expect(workspace.text(`${root}/a.ts`)).toBe(text);
    expect(workspace.resolve("./sub/b", `${root}/a.ts`)).toBe(`${root}/sub/b.ts`);
    expect(workspace.module(`${root}/missing.ts`)).toBeUndefined();
  });
});
