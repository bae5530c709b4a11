/** The view's texts. `{0}` is put in by {@link text}. */
const english = {
  empty: "Put the cursor on a tensor, and here stands how its shape came about, step by step.",
  unknown: "The shape is not known: {0}.",
  partly: "Not all of it is known: {0}.",
  showLost: "Show Where",
  pin: "Stay with This Tensor",
  steps: "Shapes of {0}",
  shown: "{0}: {1} steps.",
  line: "line {0}",
  becomes: "becomes",
  unchanged: "unchanged",
  changed: "changed",
  with: "with {0}",
  unknownShape: "shape not known",
};

type Texts = typeof english;

const chinese: Texts = {
  empty: "将光标放在张量上，这里会逐步显示其形状的由来。",
  unknown: "形状未知：{0}。",
  partly: "形状并非完全已知：{0}。",
  showLost: "显示位置",
  pin: "固定此张量",
  steps: "{0} 的形状变化",
  shown: "{0}：{1} 步。",
  line: "第 {0} 行",
  becomes: "变为",
  unchanged: "不变",
  changed: "已改变",
  with: "另有 {0}",
  unknownShape: "形状未知",
};

/** The texts in the language of the page, which the extension sets to the editor's. */
export const texts: Texts = document.documentElement.lang.toLowerCase() === "zh-cn" ? chinese : english;

/** A text with its placeholders filled in. */
export function text(key: keyof Texts, ...values: readonly (string | number)[]): string {
  return texts[key].replaceAll(/\{(\d)\}/g, (_, index: string) => String(values[Number(index)]));
}
