import { describe, expect, it } from "vitest";
import { workbenchAddress } from "./workbench";

const payloadOf = (address: string) =>
  JSON.parse(new URL(address).searchParams.get("payload") ?? "[]") as [string, string][];

describe("the workbench's address", () => {
  it("opens a folder with an extension loaded from its sources", () => {
    const address = workbenchAddress(4230, { folder: "/home/a b/samples", developmentFolders: ["/home/a b/ext"] });
    expect(new URL(address).searchParams.get("folder")).toBe("/home/a b/samples");
    expect(payloadOf(address)).toContainEqual([
      "extensionDevelopmentPath",
      "vscode-remote://127.0.0.1:4230/home/a%20b/ext",
    ]);
  });

  it("opens an empty window without a folder", () => {
    expect(new URL(workbenchAddress(4230, {})).searchParams.get("ew")).toBe("true");
  });

  it("carries the secret that the server asks for", () => {
    expect(new URL(workbenchAddress(4230, { connectionToken: "s3cret" })).searchParams.get("tkn")).toBe("s3cret");
  });
});
