// The extension as VS Code sees it: it activates, and all that package.json promises exists.
import assert from "node:assert/strict";
import * as vscode from "vscode";
import { extension } from "./extension";

interface Contributions {
  readonly commands?: readonly { readonly command: string }[];
  readonly views?: Readonly<Record<string, readonly { readonly id: string }[]>>;
}

describe("the extension", () => {
  const contributes = extension().packageJSON.contributes as Contributions;

  it("activates", async () => {
    await extension().activate();
    assert.equal(extension().isActive, true);
  });

  it("does not activate on start-up, only when needed", () => {
    const events = extension().packageJSON.activationEvents as readonly string[] | undefined;
    assert.ok(!events?.includes("*") && !events?.includes("onStartupFinished"));
  });

  it("registers every command it contributes", async () => {
    const registered = new Set(await vscode.commands.getCommands(true));
    const missing = contributes.commands?.map(({ command }) => command).filter((command) => !registered.has(command));
    assert.deepEqual(missing, []);
  });

  it("shows its views", async () => {
    const views = Object.values(contributes.views ?? {}).flat();
    assert.ok(views.length > 0, "no views are contributed");
    for (const { id } of views) await vscode.commands.executeCommand(`${id}.focus`);
  });
});
