// What driving the offline editor takes: a platform it runs on, Chromium, and the editor itself.
import { findChromium } from "./chromium";
import { installOfflineEditor, whyNoOfflineEditor } from "./install";

/** No editor can be had on this machine; the message says why and what to do. Tests that need one are skipped. */
export class EditorUnavailable extends Error {
  override readonly name = "EditorUnavailable";
}

/**
 * Makes sure that the offline editor can be started and driven.
 * @returns Chromium's path
 * @throws EditorUnavailable when it cannot on this machine
 */
export async function prepareOfflineEditor(): Promise<string> {
  const reason = whyNoOfflineEditor();
  if (reason) throw new EditorUnavailable(`${reason[0]?.toUpperCase()}${reason.slice(1)}.`);
  const chromium = await findChromium();
  if ("missing" in chromium) throw new EditorUnavailable(chromium.missing);
  await installOfflineEditor();
  return chromium.path;
}
