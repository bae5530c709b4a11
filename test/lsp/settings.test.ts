import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { DEFAULT_SETTINGS, readSettings } from "../../server/src/lsp/settings";

const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  contributes: { configuration: { properties: Record<string, { default: unknown }> } };
};

describe("settings", () => {
  it("have the defaults that package.json promises", () => {
    const { properties } = manifest.contributes.configuration;
    expect(DEFAULT_SETTINGS).toEqual({
      enable: properties["shapewright.enable"]?.default,
      inlayHints: { enabled: properties["shapewright.inlayHints.enabled"]?.default },
    });
  });

  it.each([undefined, null, "on", { enable: "yes" }, { inlayHints: null }])("stay as they are for %j", (sent) => {
    expect(readSettings(sent)).toEqual(DEFAULT_SETTINGS);
  });

  it("are read one by one", () => {
    expect(readSettings({ inlayHints: { enabled: false } })).toEqual({ enable: true, inlayHints: { enabled: false } });
  });
});
