import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CoverageAnswer } from "../../server/src/lsp/requests";
import { Client, uriOf } from "./client";

let client: Client;
beforeEach(async () => {
  client = await Client.start({});
});
afterEach(() => client.stop());

const ask = (file: string) => client.request<CoverageAnswer | null>("shapewright/coverage", { uri: uriOf(file) });

describe("the coverage of a document", () => {
  it("is how many tensor expressions have a known shape, and what the others lost it to", async () => {
    client.open(
      "/net.ts",
      `import { torch } from "shapewright/torch";
import { load } from "elsewhere";
const known = torch.zeros([2, 3]);
const sum = known.add(load(known));
const next = sum.relu();
`,
    );
    const answer = await ask("/net.ts");
    expect([answer?.known, answer?.tensorExpressions]).toEqual([3, 6]);
    expect(answer?.lost.map(({ text, count, range }) => [text, count, range.start.line])).toEqual([
      ["load is imported from what could not be read", 3, 1],
    ]);
  });

  it("of a file without tensors is nothing to speak of", async () => {
    client.open("/plain.ts", "export const three = 3;\n");
    expect(await ask("/plain.ts")).toMatchObject({ tensorExpressions: 0, lost: [] });
  });
});
