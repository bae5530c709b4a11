// The workbench as a person uses it: keyboard, mouse, and what is to be seen. One method for each thing they do.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FrameLocator, Locator, Page } from "playwright-core";
import { outFolder } from "../host/paths";

declare global {
  interface Window {
    /** VS Code's own hook for automated tests; present with --enable-smoke-test-driver. */
    readonly driver?: { whenWorkbenchRestored(): Promise<void> };
  }
}

const shotFolder = join(outFolder, "shots");

/** Settings under which typed text arrives as typed and nothing covers what a test looks at. */
export const testSettings = {
  "editor.quickSuggestions": { other: "off", comments: "off", strings: "off" },
  "editor.suggestOnTriggerCharacters": false,
  "editor.parameterHints.enabled": false,
  "editor.autoClosingBrackets": "never",
  "editor.minimap.enabled": false,
  "editor.cursorBlinking": "solid",
  "editor.occurrencesHighlight": "off",
  "editor.stickyScroll.enabled": false,
  "editor.hover.above": false,
  "breadcrumbs.enabled": false,
  "window.commandCenter": false,
  "files.autoSave": "off",
};

export type Theme = "dark" | "light" | "high-contrast";

export const themeNames: Readonly<Record<Theme, string>> = {
  dark: "Dark Modern",
  light: "Light Modern",
  "high-contrast": "Default High Contrast",
};

/** All of them, the one that tests start with last. */
export const themes: readonly Theme[] = ["high-contrast", "light", "dark"];

export class EditorPage {
  constructor(
    readonly page: Page,
    readonly workspace: string,
  ) {}

  /** Opens the workbench's address and waits until it is usable. */
  async open(address: string): Promise<void> {
    await this.page.goto(address);
    await this.page.waitForFunction(() => window.driver !== undefined);
    await this.page.evaluate(() => window.driver?.whenWorkbenchRestored());
  }

  /** Colours the workbench through the folder's settings, as a user could. */
  async useTheme(theme: Theme): Promise<void> {
    const folder = join(this.workspace, ".vscode");
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "settings.json"), JSON.stringify({ "workbench.colorTheme": themeNames[theme] }));
    const style = { dark: "vs-dark", light: "vs", "high-contrast": "hc-black" }[theme];
    await this.page.locator(`.monaco-workbench.${style}`).waitFor();
    await this.settle();
  }

  /** Photographs what is on the screen in each of the three kinds of theme, and comes back to dark. */
  async shotInEveryTheme(name: string): Promise<void> {
    for (const theme of themes) {
      await this.useTheme(theme);
      await this.shot(`${name}-${theme}`);
    }
  }

  /** Opens a file of the workspace, by its relative path. */
  async openFile(path: string): Promise<void> {
    await this.page.keyboard.press("Control+P");
    const input = this.page.locator(".quick-input-widget input[type=text]");
    await input.fill(path);
    await this.page
      .locator(".quick-input-list .monaco-list-row", { hasText: path.split("/").at(-1) ?? path })
      .first()
      .waitFor();
    await this.page.keyboard.press("Enter");
    await this.page.locator(`.tab.active[data-resource-name="${path.split("/").at(-1)}"]`).waitFor();
    await this.focusEditor();
  }

  /** Runs a command by its title, through the palette. */
  async runCommand(title: string): Promise<void> {
    await this.page.keyboard.press("F1");
    await this.page.locator(".quick-input-widget input[type=text]").fill(`>${title}`);
    await this.page.locator(".quick-input-list .monaco-list-row", { hasText: title }).first().waitFor();
    await this.page.keyboard.press("Enter");
    await this.page.locator(".quick-input-widget").waitFor({ state: "hidden" });
  }

  async focusEditor(): Promise<void> {
    await this.runCommand("View: Focus Active Editor Group");
    await this.editorHasFocus();
  }

  /**
   * Puts the cursor before a piece of text.
   * @param file the active editor's file, whose saved text is where `text` is looked for
   */
  async goTo(file: string, text: string): Promise<void> {
    const { line, column } = positionOf(await readFile(join(this.workspace, file), "utf8"), text);
    await this.page.keyboard.press("Control+G");
    await this.page.locator(".quick-input-widget input[type=text]").fill(`:${line}:${column}`);
    await this.page.keyboard.press("Enter");
    await this.editorHasFocus();
  }

  /** A key that is pressed while the focus is still on its way from a closed input is lost. */
  async editorHasFocus(): Promise<void> {
    await this.page.locator(".quick-input-widget").waitFor({ state: "hidden" });
    await this.page.locator(".editor-group-container.active .monaco-editor.focused").first().waitFor();
  }

  /** Puts the cursor behind a piece of text that was typed, and so is not in the saved file yet. */
  async goToEndOf(text: string): Promise<void> {
    await this.page.keyboard.press("Control+F");
    await this.page.locator(".find-widget textarea").first().fill(text);
    await this.page.keyboard.press("Enter");
    await this.page.keyboard.press("Escape");
    await this.editorHasFocus();
    await this.page.keyboard.press("ArrowRight");
  }

  /** Replaces one occurrence of a text by typing over it. The file stays unsaved. */
  async replace(file: string, text: string, replacement: string): Promise<void> {
    await this.goTo(file, text);
    for (let index = 0; index < text.length; index += 1) await this.page.keyboard.press("Shift+ArrowRight");
    await this.page.keyboard.type(replacement);
  }

  async save(): Promise<void> {
    await this.page.keyboard.press("Control+S");
    await this.page.locator(".tab.active.dirty").waitFor({ state: "detached" });
  }

  /** Points the mouse at the cursor and waits for a hover that contains a text. */
  async hoverAtCursor(expected: string | RegExp): Promise<Locator> {
    const cursor = await this.page
      .locator(".editor-group-container.active .cursors-layer .cursor")
      .first()
      .boundingBox();
    if (!cursor) throw new Error("There is no cursor in the active editor.");
    await this.page.mouse.move(cursor.x + 60, cursor.y + 60);
    await this.page.mouse.move(cursor.x + 6, cursor.y + cursor.height / 2, { steps: 4 });
    const hover = this.page.locator(".monaco-hover:visible", { hasText: expected }).first();
    await hover.waitFor();
    await this.settle();
    return hover;
  }

  /** Points the mouse elsewhere and waits until no hover is left. */
  async dismissHover(): Promise<void> {
    await this.page.mouse.move(600, 755);
    await this.page.locator(".monaco-hover:visible").waitFor({ state: "hidden" });
  }

  /** The line of the active editor that contains a text, with the inlay hints in it. */
  line(text: string | RegExp): Locator {
    return this.page.locator(".editor-group-container.active .view-line", { hasText: text }).first();
  }

  /** Waits for an error of a wording in the list of problems. */
  async waitForProblem(message: string | RegExp): Promise<void> {
    await this.runCommand("Problems: Focus on Problems View");
    await this.page.locator(".markers-panel .monaco-list-row", { hasText: message }).first().waitFor();
  }

  /** Waits until there is no problem at all. */
  async waitForNoProblems(): Promise<void> {
    await this.runCommand("Problems: Focus on Problems View");
    await this.page.locator(".markers-panel .message-box-container", { hasText: "No problems" }).waitFor();
  }

  async closePanel(): Promise<void> {
    await this.runCommand("View: Hide Panel");
  }

  /**
   * Opens the quick fixes at the cursor. The editor drops the request when it looks for fixes by itself at the same
   * moment, for its light bulb; like a person, this then presses again.
   */
  async openQuickFixes(): Promise<Locator> {
    const list = this.page.locator(".action-widget").first();
    for (let attempt = 1; ; attempt += 1) {
      await this.settle();
      if (!(await list.isVisible())) await this.page.keyboard.press("Control+.");
      const shown = list.waitFor({ timeout: 10_000 });
      if (attempt === 6) await shown;
      else if (
        !(await shown.then(
          () => true,
          () => false,
        ))
      )
        continue;
      await this.settle();
      return list;
    }
  }

  /** Applies one of the quick fixes that are shown. */
  async chooseQuickFix(title: string): Promise<void> {
    await this.page.locator(".action-widget .monaco-list-row.action", { hasText: title }).first().click();
  }

  /** Opens a container of the activity bar by its name. */
  async openSideBar(name: string): Promise<void> {
    await this.page.locator(`.activitybar [aria-label^="${name}"]`).first().click();
  }

  treeItem(name: string | RegExp): Locator {
    return this.page.locator(".sidebar .monaco-list-row", { hasText: name }).first();
  }

  /** The document of the webview that is open. */
  webview(): FrameLocator {
    return this.page.frameLocator("iframe.webview.ready").frameLocator("iframe#active-frame");
  }

  /** Waits until nothing fades or slides any more; what turns for ever, such as a progress ring, is let be. */
  async settle(): Promise<void> {
    await this.page.evaluate(() =>
      Promise.allSettled(
        document
          .getAnimations()
          .filter((animation) => animation instanceof CSSTransition)
          .map(({ finished }) => finished),
      ),
    );
  }

  /** Photographs the window, or part of it, to `test/.out/shots/<name>.png`. */
  async shot(name: string, clip?: { x: number; y: number; width: number; height: number }): Promise<void> {
    await mkdir(shotFolder, { recursive: true });
    await this.page.screenshot({ path: join(shotFolder, `${name}.png`), ...(clip && { clip }) });
  }
}

/** The place of a text's only occurrence, both counted from 1. Throws when it occurs never or more than once. */
export function positionOf(content: string, text: string): { line: number; column: number } {
  const offset = content.indexOf(text);
  if (offset < 0) throw new Error(`The file does not contain: ${text}`);
  if (content.includes(text, offset + 1)) throw new Error(`The file contains more than once: ${text}`);
  const before = content.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
