// Workflow commands, read as GitHub's runner reads them (actions/toolkit's command.ts writes what the runner parses).
import { afterAll, describe, expect, it } from "vitest";
import { folderWith, removeFolders, shapewright } from "./shapewright";

afterAll(removeFolders);

interface Annotation {
  readonly command: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}

/** A line as the runner takes it apart; a line that is no command would go to the log as text. */
function parsed(line: string): Annotation {
  const [, command = "", list = "", message = ""] = /^::([a-z]+) ([^:]*)::(.*)$/.exec(line) ?? [];
  const unescaped = (text: string) =>
    text
      .replaceAll("%3A", ":")
      .replaceAll("%2C", ",")
      .replaceAll("%0D", "\r")
      .replaceAll("%0A", "\n")
      .replaceAll("%25", "%");
  const properties = list.split(",").map((pair) => {
    const at = pair.indexOf("=");
    return [pair.slice(0, at), unescaped(pair.slice(at + 1))] as const;
  });
  return { command, properties: Object.fromEntries(properties), message: unescaped(message) };
}

async function annotations(files: Readonly<Record<string, string>>): Promise<Annotation[]> {
  const { output } = await shapewright(folderWith(files), "check", "--format", "github");
  return output.trimEnd().split("\n").map(parsed);
}

const HEAD = `import { nn, torch } from "shapewright/torch";\n`;

describe("GitHub annotations", () => {
  it("are errors, warnings and notices, one a line", async () => {
    const found = await annotations({
      "net.ts": `${HEAD}torch.zeros([6]).view(7);\ntorch.zeros([4]).sub(torch.zeros([4, 1]));\nnew nn.MaxPool2d(2)(torch.zeros([1, 1, 5, 5]));\n`,
    });
    expect(found.map(({ command, properties }) => [command, properties["title"], properties["line"]])).toEqual([
      ["error", "reshape-size", "2"],
      ["warning", "suspicious-broadcast", "3"],
      ["notice", "pool-drops-remainder", "4"],
    ]);
  });

  it("keep the commas, colons and percents of paths, and every line of a message", async () => {
    const found = await annotations({
      "50%, a:b.ts": `${HEAD}const x = torch.zeros([2, 3, 4]).transpose(1, 2);\nx.view(24);\n`,
    });
    const [first] = found;
    expect(found).toHaveLength(1);
    expect(first?.properties["file"]).toBe("50%, a:b.ts");
    expect(first?.message).toContain("\n");
  });

  it("have columns within one line alone", async () => {
    const [one, many] = await annotations({
      "net.ts": `${HEAD}torch.zeros([6]).view(7);\ntorch\n  .zeros([6])\n  .view(7);\n`,
    });
    expect(one?.properties).toMatchObject({ line: "2", endLine: "2", col: "1", endColumn: "25" });
    expect(many?.properties).not.toHaveProperty("col");
  });
});
