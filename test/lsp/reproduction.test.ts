// `shapewright/reproduction`, from which the editor makes a report. What is in one: test/ide/reproduction.test.ts.
import { afterEach, describe, expect, it } from "vitest";
import type { Reproduction } from "../../server/src/ide/reproduction";
import { Client, uriOf } from "./client";

let client: Client;
afterEach(() => client.stop());

const NET = `import { torch } from "shapewright/torch";
const path = "/home/ada/data.csv";
const x = torch.zeros([2, 3]);
console.log(path);
const y = x.t();
`;

async function reproductionAt(text: string): Promise<Reproduction | null> {
  const before = NET.slice(0, NET.indexOf(text)).split("\n");
  const position = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
  return client.request("shapewright/reproduction", { uri: uriOf("/net.ts"), position });
}

describe("a reproduction", () => {
  it("leaves libraries out, also where their sources lie beside the program", async () => {
    client = await Client.start({
      "/tsconfig.json": `{ "compilerOptions": { "paths": { "shapewright/torch": ["./lib/torch.ts"] } } }`,
      "/lib/torch.ts": "export const torch = {};\n",
    });
    client.open("/net.ts", NET);
    const made = await reproductionAt("y = ");
    expect(made?.files).toEqual([
      {
        name: "main.ts",
        text: `import { torch } from "shapewright/torch";\nconst x = torch.zeros([2, 3]);\nconst y = x.t();\n`,
      },
    ]);
    expect(made).toMatchObject({ expression: "y", line: 3 });
  });

  it("is nothing where no tensor is", async () => {
    client = await Client.start({});
    client.open("/net.ts", NET);
    expect(await reproductionAt(`"/home`)).toBeNull();
  });
});
