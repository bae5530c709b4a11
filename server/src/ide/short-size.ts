/** Longer sizes than this push the code that they stand beside out of sight. */
const LONGEST_SIZE = 18;

const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";

/**
 * A size as there is room for it beside the code: `images₀` for `images.shape[0]`, `blockSize` for `this.config.blockSize`. Hovers say it in
 * full.
 */
export function shortSize(text: string): string {
  const numbered = text.replaceAll(
    /([\w$]+)\.shape\[(\d)\]/g,
    (_, name: string, axis: string) => name + SUBSCRIPTS[Number(axis)],
  );
  if (numbered.length <= LONGEST_SIZE) return numbered;
  const named = numbered.replaceAll(/(?:[\w$]+\.)+(?=[\w$])/g, "");
  return named.length <= LONGEST_SIZE ? named : "…";
}
