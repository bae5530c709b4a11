// The documentation: its links lead somewhere, and its programs are checked as a reader's would be.
import * as fs from "node:fs";
import * as path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { CheckReport } from "../../server/src/cli/report";
import { folderWith, removeFolders, shapewright } from "../cli/shapewright";

afterAll(removeFolders);

const root = path.resolve(__dirname, "../..");

const pages = [
  ...["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "samples/README.md"],
  ...["docs", "docs/rules"].flatMap((folder) =>
    fs
      .readdirSync(path.join(root, folder))
      .filter((name) => name.endsWith(".md"))
      .map((name) => `${folder}/${name}`),
  ),
];

function read(page: string): string {
  return fs.readFileSync(path.join(root, page), "utf8");
}

/** A page's text without its blocks of code, in which brackets mean something else. */
function prose(page: string): string {
  return read(page)
    .replaceAll(/^```[\s\S]*?^```/gm, "")
    .replaceAll(/`[^`\n]*`/g, "code");
}

/** What a heading is called in a link, as GitHub makes it. */
function anchor(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

describe.each(pages)("%s", (page) => {
  test("links to what there is", () => {
    const targets = [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);
    const broken = targets.filter((target) => {
      if (/^(https?|mailto|command):/.test(target)) return false;
      const [file = "", heading] = target.split("#");
      const full = file === "" ? path.join(root, page) : path.resolve(root, path.dirname(page), file);
      if (!fs.existsSync(full)) return true;
      if (heading === undefined) return false;
      const headings = [...fs.readFileSync(full, "utf8").matchAll(/^#+ (.*)$/gm)].map(([, title]) => anchor(title!));
      return !headings.includes(heading);
    });
    expect(broken).toEqual([]);
  });
});

/** The programs of the guides: blocks that import something, and so are complete. */
const programs = ["README.md", ...pages.filter((page) => /^docs\/[^/]+$/.test(page))].flatMap((page) =>
  [...read(page).matchAll(/^```(ts|js)\n([\s\S]*?)^```/gm)]
    .map(([, language, code]) => ({ page, language: language!, code: code! }))
    .filter(({ code }) => /^import /m.test(code)),
);

test.each(programs)("the program in $page is without a mistake: $code", async ({ language, code }) => {
  const folder = folderWith({ [`program.${language}`]: code });
  const { output } = await shapewright(folder, "check", "--format", "json");
  const { files } = JSON.parse(output) as CheckReport;
  expect(files.map(({ diagnostics }) => diagnostics)).toEqual([[]]);
});
