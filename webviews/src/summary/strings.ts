/** The panel's texts. `{0}` is put in by {@link text}. */
const english = {
  loading: "Reading the model…",
  model: "Model",
  input: "Shape of {0}",
  batch: "Batch size",
  batchOpen: "left open",
  filter: "Filter layers",
  copyMarkdown: "Copy as Markdown",
  copyCsv: "Copy as CSV",
  notUsed: "not used",
  total: "Total",
  shown: "{0} of {1} layers",
  flops: "A multiply-add is two floating-point operations. Weights and activations are counted with 4 bytes a number.",
  showSource: "Show {0} in the code",
};

type Texts = typeof english;

const chinese: Texts = {
  loading: "正在读取模型…",
  model: "模型",
  input: "{0} 的形状",
  batch: "批量大小",
  batchOpen: "不指定",
  filter: "筛选层",
  copyMarkdown: "复制为 Markdown",
  copyCsv: "复制为 CSV",
  notUsed: "未使用",
  total: "合计",
  shown: "{1} 层中的 {0} 层",
  flops: "一次乘加等于两次浮点运算。权重和激活值按每个数 4 字节计算。",
  showSource: "在代码中显示 {0}",
};

/** The texts in the language of the page, which the extension sets to the editor's. */
export const texts: Texts = document.documentElement.lang.toLowerCase() === "zh-cn" ? chinese : english;

/** A text with its placeholders filled in. */
export function text(key: keyof Texts, ...values: readonly (string | number)[]): string {
  return texts[key].replaceAll(/\{(\d)\}/g, (_, index: string) => String(values[Number(index)]));
}
