import * as fs from "node:fs";
import Module from "node:module";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import type { InstrumentedSource } from "./protocol";

/** Node's own loader of CommonJS, as far as it is replaced here. */
interface CommonJsModule {
  _compile(this: unknown, content: string, filename: string, ...rest: unknown[]): unknown;
}

/** Texts in place of files, whichever of a file's paths a loader knows it by. */
export class ReplacedSources {
  readonly #texts = new Map<string, string>();

  constructor(sources: readonly InstrumentedSource[]) {
    for (const { path: file, text } of sources) {
      for (const name of [path.normalize(file), realPath(file)]) this.#texts.set(name, text);
    }
  }

  get size(): number {
    return this.#texts.size;
  }

  get(file: string): string | undefined {
    return this.#texts.get(path.normalize(file));
  }

  [Symbol.iterator](): Iterator<[string, string]> {
    return this.#texts[Symbol.iterator]();
  }
}

function realPath(file: string): string {
  try {
    return fs.realpathSync.native(file);
  } catch {
    return file;
  }
}

/**
 * Lets Node's own loaders, which load what needs no compiling, run other texts in place of files. CommonJS is compiled by a
 * method that can be replaced; ES modules have hooks for that, which run in a thread of their own.
 */
export function replaceNativeSources(sources: ReplacedSources): void {
  const prototype = Module.prototype as unknown as CommonJsModule;
  const compile = prototype._compile;
  prototype._compile = function (content, filename, ...rest) {
    return compile.call(this, sources.get(filename) ?? content, filename, ...rest);
  };
  const data = [...sources].map(([file, text]) => [pathToFileURL(file).href, text]);
  Module.register(`data:text/javascript,${encodeURIComponent(hooks)}`, { parentURL: "file:///", data });
}

const hooks = `
let sources;
export function initialize(data) { sources = new Map(data); }
export async function load(url, context, next) {
  const loaded = await next(url, context);
  const source = sources.get(url);
  return source !== undefined && loaded.format === "module" ? { ...loaded, source } : loaded;
}
`;
