/**
 * A text with the names of sizes numbered as they come: `[N, 64]` and `[batch, 64]` are the same. A caller's names and those that
 * an annotation gives are about the same thing, and the annotation's are the ones to show.
 */
export function numberedNames(text: string): string {
  const numbers = new Map<string, number>();
  return text.replace(/[A-Za-z_$][\w$.]*/g, (name) => {
    const number = numbers.get(name) ?? numbers.size;
    numbers.set(name, number);
    return `#${number}`;
  });
}
