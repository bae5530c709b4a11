import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { DEFAULT_SETTINGS, readSettings } from "../../server/src/lsp/settings";

const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  contributes: { configuration: { properties: Record<string, { default: unknown }> } };
};

describe("settings", () => {
  it("have the defaults that package.json promises", () => {
    const { properties } = manifest.contributes.configuration;
    const promised = (names: readonly string[]): unknown => properties[["shapewright", ...names].join(".")]?.default;
    const check = (settings: object, names: readonly string[]): void => {
      for (const [name, value] of Object.entries(settings) as [string, unknown][]) {
        if (typeof value === "object" && value !== null) check(value, [...names, name]);
        else expect(promised([...names, name]), [...names, name].join(".")).toBe(value);
      }
    };
    check(DEFAULT_SETTINGS, []);
  });

  it.each([undefined, null, "on", { enable: "yes" }, { inlayHints: null }])("stay as they are for %j", (sent) => {
    expect(readSettings(sent)).toEqual(DEFAULT_SETTINGS);
  });

  it("are read one by one", () => {
    const { inlayHints } = DEFAULT_SETTINGS;
    expect(readSettings({ inlayHints: { chains: false }, hover: { batchSize: 0 } })).toEqual({
      ...DEFAULT_SETTINGS,
      inlayHints: { ...inlayHints, chains: false },
    });
  });
});
