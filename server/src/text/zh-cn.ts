import type { Texts } from "./translate";

/** Simplified Chinese, in the words that its deep-learning practitioners use. */
export const zhCn: Texts = {};
