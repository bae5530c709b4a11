import { expect, test } from "vitest";
import { DIALECTS } from "./program";
import { describe, sweep } from "./sweep";

// `npm run programs` runs many more.
const COUNT = 150;

test.each(DIALECTS)(
  `what is claimed about ${COUNT} programs with control flow holds when they run: %s`,
  { timeout: 600_000 },
  async (dialect) => {
    const found = await sweep(dialect, { first: 1, count: COUNT });
    console.log(describe(dialect, COUNT, found));
    expect(found.wrong.slice(0, 10)).toEqual([]);
  },
);
