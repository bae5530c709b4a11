/** The largest JSON file that is looked into, in characters. What is larger is data, and its shape is not worth the time. */
const MAX_JSON_LENGTH = 500_000;
/** Code of this length whose lines are as long as this, on average, was put together by a tool. */
const MIN_BUNDLE_LENGTH = 20_000;
const LONG_LINES = 300;

/** Whether somebody may have written a file by hand. Of minified code nobody wants to know anything, and following it takes long. */
export function isHandwritten(file: string, text: string): boolean {
  if (file.endsWith(".json")) return text.length <= MAX_JSON_LENGTH;
  if (text.length < MIN_BUNDLE_LENGTH) return true;
  const enough = text.length / LONG_LINES;
  let lines = 0;
  for (let at = text.indexOf("\n"); at >= 0 && lines < enough; at = text.indexOf("\n", at + 1)) lines++;
  return lines >= enough;
}
