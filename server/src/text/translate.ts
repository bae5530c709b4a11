import { zhCn } from "./zh-cn";

/** Texts by their English template, in which `{0}` stands for the first value. */
export type Texts = Readonly<Record<string, string>>;

const LANGUAGES: Readonly<Record<string, Texts>> = { "zh-cn": zhCn, zh: zhCn };

let texts: Texts = {};
let spoken = "en";

/**
 * Chooses the language of everything that is said from here on, by a locale such as `zh-cn`. What has no translation stays English. A
 * server has one client and a command one user, so this is set once, before anything is analysed.
 */
export function speak(locale: string | undefined): void {
  const chosen = locale?.toLowerCase() ?? "";
  texts = LANGUAGES[chosen] ?? {};
  spoken = chosen in LANGUAGES ? "zh-cn" : "en";
}

/** The language that was chosen: `en` or `zh-cn`. */
export function language(): string {
  return spoken;
}

/** A text in the language of the user: t`${operation} expects ${size} features`. Its template is its key. */
export function t(template: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  const key = templateKey(template);
  return (texts[key] ?? key).replace(/\{(\d+)\}/g, (_, index: string) => String(values[Number(index)] ?? ""));
}

/** `{0} expects {1} features` */
export function templateKey(template: readonly string[]): string {
  return template.reduce((key, part, index) => (index === 0 ? part : `${key}{${index - 1}}${part}`), "");
}
