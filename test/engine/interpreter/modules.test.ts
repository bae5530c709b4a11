import { describe, expect, test } from "vitest";
import { shapesOf } from "../check";
import { compareFilesWithRuns } from "../claims";
import { bundle } from "../run-files";

/** What a program is about, its files, and the shape of every variable of the main file that holds a tensor. */
type ModuleRow = readonly [
  about: string,
  files: Readonly<Record<string, string>>,
  shapes: Readonly<Record<string, string>>,
  links?: Readonly<Record<string, string>>,
];

const TF = `import * as tf from "@tensorflow/tfjs";\n`;
const REQUIRED = `const tf = require("@tensorflow/tfjs");\n`;

/** One test a row: what the analysis says of the main file, the first one, and that running its bundle says nothing else. */
function testModules(rows: readonly ModuleRow[]): void {
  const named = rows.map(([about, files, shapes, links = {}]) => ({ about, files, shapes, links }));
  test.each(named)("$about", async ({ files, shapes, links }) => {
    const [main = ""] = Object.keys(files);
    expect(withoutNames(shapesOf(files))).toEqual(shapes);
    const claims = await compareFilesWithRuns(files, main, [{ coin: () => true }, { coin: () => false }], (changed) =>
      bundle(changed, main, links),
    );
    expect(claims.shown).toBeGreaterThan(0);
    expect(claims.wrong).toEqual([]);
  });
}

/** Sizes that are not known, whatever they are called. */
function withoutNames(shapes: Readonly<Record<string, string>>): Record<string, string> {
  const unnamed = (text: string): string => text.replace(/[A-Za-z_][\w.[\]"]*/g, "?");
  return Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, unnamed(shape)]));
}

describe("modules are followed", () => {
  testModules([
    [
      "a namespace shows what is exported now, and is one of types, too",
      {
        "/main.ts": `${TF}import * as state from "./state"; const before = tf.zeros([state.width]); state.widen(); const after = tf.zeros([state.width, state.rows.length]);
          const { width } = state; state.rows.push(1); const copy = { ...state }; const x = tf.zeros([width, copy.width, copy.rows.length]);`,
        "/state.ts": `export interface Size { n: number } export let width: number = 4; export const rows: number[] = [1, 2]; export function widen() { width = 9; rows.push(3); }`,
      },
      { before: "[4]", after: "[9, 3]", x: "[9, 9, 4]" },
    ],
    [
      "namespaces that are exported on, and barrels of barrels",
      {
        "/main.ts": `${TF}import * as all from "./index"; import { state, size } from "./index"; const before = tf.zeros([all.width, state.width, size]); all.widen(); const after = tf.zeros([all.width, all.state.width, state.width, size]);`,
        "/index.ts": `export * from "./barrel"; export * as state from "./state"; export { width as size } from "./barrel";`,
        "/barrel.ts": `export * from "./state"; export * from "./other"; export * from "./barrel";`,
        "/state.ts": `export let width = 4; export function widen() { width = 9; }`,
        "/other.ts": `export const depth = 2;`,
      },
      { before: "[4, 4, 4]", after: "[9, 9, 9, 9]" },
    ],
    [
      "a namespace in a cycle shows what came after it was made",
      {
        "/main.ts": `${TF}import { A } from "./a"; const x = tf.zeros([new A().make().size()]);`,
        "/a.ts": `import * as b from "./b"; export class A { width = 2; make() { return new b.B(this); } } export const later = 3;`,
        "/b.ts": `import * as a from "./a"; export class B { constructor(readonly of: a.A) {} size() { return this.of.width + new a.A().width + a.later; } }`,
      },
      { x: "[7]" },
    ],
    [
      "modules that import each other",
      {
        "/main.ts": `${TF}import { both } from "./a"; import { again } from "./b"; const x = tf.zeros([both(), again()]);`,
        "/a.ts": `import { b } from "./b"; export const a = 3; export const both = () => a + b();`,
        "/b.ts": `import { a, both } from "./a"; export const b = () => a + 1; export const again = () => both();`,
      },
      { x: "[7, 7]" },
    ],
    [
      "import() of modules, of CommonJS and of JSON",
      {
        "/main.ts": `${TF}export const done = (async () => { const state = await import("./state"); const before = tf.zeros([state.width, state.default]); state.widen();
          const { width } = await import("./state"); const plain = await import("./plain.cjs"); const config = await import("./config.json");
          const x = tf.zeros([state.width, width, plain.default.depth, plain.depth, config.default.n]); await import("./state").then((module) => { const y = tf.zeros([module.width]); }); })();`,
        "/state.ts": `export let width = 4; export function widen() { width = 9; } export default 3;`,
        "/plain.cjs": `module.exports = { depth: 5 };`,
        "/config.json": `{ "n": 6 }`,
      },
      { before: "[4, 3]", x: "[9, 9, 5, 5, 6]", y: "[9]" },
    ],
    [
      "the default export is a variable when it is exported as one",
      {
        "/main.ts": `${TF}import size, { width, set } from "./size"; import * as all from "./size"; import once from "./once"; set(); const x = tf.zeros([size, width, all.default, all.width, once]);`,
        "/size.ts": `let n = 3; export { n as default, n as width }; export const set = () => { n = 5; };`,
        "/once.ts": `let n = 2; export default n; n = 8;`,
      },
      { x: "[5, 5, 5, 5, 2]" },
    ],
    [
      "JSON as configuration: the value, its keys, required",
      {
        "/main.ts": `${TF}import config from "./config.json"; import { width } from "./config.json"; import * as all from "./config.json"; import { blocks } from "./settings";
          let total = 0; for (const { out, repeat } of blocks) total += out * repeat; const x = tf.zeros([config.width, width, all.width, all.default.deep.n, total]);`,
        "/settings.cjs": ``,
        "/settings.ts": `const config = require("./config.json"); export const blocks = config.blocks;`,
        "/config.json": `{ "width": 4, "blocks": [{ "out": 8, "repeat": 2 }, { "out": 16, "repeat": 1 }], "deep": { "n": 2 } }`,
      },
      { x: "[4, 4, 4, 2, 32]" },
    ],
    [
      "path aliases of the nearest tsconfig.json, through extends",
      {
        "/app/main.ts": `${TF}import { width } from "@lib/net"; import { depth } from "#config"; import { width as again } from "lib/net"; const x = tf.zeros([width, depth, again]);`,
        "/app/tsconfig.json": `{ "extends": "./base.json", "compilerOptions": { "composite": true } }`,
        "/app/base.json": `{ "compilerOptions": { "baseUrl": ".", "paths": { "@lib/*": ["./lib/*"], "#config": ["./lib/config.ts"] } } }`,
        "/app/lib/net.ts": `export const width = 4;`,
        "/app/lib/config.ts": `export const depth = 2;`,
      },
      { x: "[4, 2, 4]" },
    ],
    [
      "packages of the same workspace, by main, exports and paths in them",
      {
        "/packages/app/main.ts": `${TF}import { width } from "@me/core"; import { depth } from "tools"; import { n } from "tools/deep/a"; import { unit } from "@me/core/src/unit"; const x = tf.zeros([width, depth, n, unit]);`,
        "/package.json": `{ "name": "root", "workspaces": { "packages": ["packages/*", "!packages/old"] } }`,
        "/packages/app/package.json": `{ "name": "app" }`,
        "/packages/core/package.json": `{ "name": "@me/core", "main": "./src/index.ts" }`,
        "/packages/core/src/index.ts": `export * from "./unit"; export const width = 4;`,
        "/packages/core/src/unit.ts": `export const unit = 7;`,
        "/packages/tools/package.json": `{ "name": "tools", "exports": { ".": { "import": "./src/main.ts" }, "./deep/*": "./src/deep/*.ts" } }`,
        "/packages/tools/src/main.ts": `export const depth = 5;`,
        "/packages/tools/src/deep/a.ts": `export const n = 6;`,
      },
      { x: "[4, 5, 6, 7]" },
      { "@me/core": "packages/core", tools: "packages/tools" },
    ],
    [
      "a package's own name and its private imports",
      {
        "/main.ts": `${TF}import { width } from "me/net"; import { depth } from "#inner/depth"; const x = tf.zeros([width, depth]);`,
        "/package.json": `{ "name": "me", "exports": { "./net": "./src/net.ts" }, "imports": { "#inner/*": "./src/*.ts" } }`,
        "/src/net.ts": `export const width = 4;`,
        "/src/depth.ts": `export const depth = 3;`,
      },
      { x: "[4, 3]" },
    ],
    [
      "CommonJS: exports, module.exports, this, what is added to what was required",
      {
        "/main.js": `${REQUIRED}const { one, width, depth, lost = 9 } = require("./lib"); const a = require("./a"); a.more = 6; const Maker = require("./maker");
          const x = tf.zeros([one, width, depth, lost, a.two, require("./a").more, new Maker().make(6), a.get()]);`,
        "/lib.js": `const a = require("./a"); exports.lost = 7; module.exports = { ...a, width: 4 }; module.exports.depth = 3; exports.lost = 8;`,
        "/a.js": `module.exports.one = 1; this.two = 2; exports.get = () => exports.more;`,
        "/maker.js": `module.exports = class Maker { make(n) { return n + 1; } };`,
      },
      { x: "[1, 4, 3, 9, 2, 6, 7, 6]" },
    ],
    [
      "CommonJS modules that require each other see what is there so far",
      {
        "/main.js": `${REQUIRED}const a = require("./a"); const x = tf.zeros([a.first, a.total(), require("./b").early]);`,
        "/a.js": `exports.first = 2; const b = require("./b"); exports.total = () => b.second + exports.first;`,
        "/b.js": `const a = require("./a"); exports.early = a.second === undefined ? 5 : 6; exports.second = 3;`,
      },
      { x: "[2, 5, 5]" },
    ],
    [
      "what compilers make of modules: getters, bindings, interop",
      {
        "/main.ts": `${TF}import size, { width, depth, more } from "./compiled"; import * as all from "./compiled"; import { deep } from "./by-esbuild"; const x = tf.zeros([size, width, depth, more, all.depth, all.more, deep]);`,
        "/compiled.js": `"use strict";
          var __createBinding = (this && this.__createBinding) || (Object.create ? (function(o, m, k, k2) {
            if (k2 === undefined) k2 = k;
            var desc = Object.getOwnPropertyDescriptor(m, k);
            if (!desc || ("get" in desc ? !m.__esModule : desc.writable || desc.configurable)) { desc = { enumerable: true, get: function() { return m[k]; } }; }
            Object.defineProperty(o, k2, desc);
          }) : (function(o, m, k, k2) { if (k2 === undefined) k2 = k; o[k2] = m[k]; }));
          var __exportStar = (this && this.__exportStar) || function(m, exports) {
            for (var p in m) if (p !== "default" && !Object.prototype.hasOwnProperty.call(exports, p)) __createBinding(exports, m, p);
          };
          Object.defineProperty(exports, "__esModule", { value: true });
          exports.default = exports.width = void 0; exports.width = 5; exports.default = 7;
          var _inner = _interopRequireDefault(require("./inner")); function _interopRequireDefault(e) { return e && e.__esModule ? e : { default: e }; }
          Object.defineProperty(exports, "depth", { enumerable: true, get: function () { return _inner.default.depth; } });
          __exportStar(require("./other"), exports);`,
        "/inner.js": `exports.depth = 6;`,
        "/other.js": `Object.defineProperty(exports, "__esModule", { value: true }); exports.more = 2;`,
        "/by-esbuild.js": `var __defProp = Object.defineProperty; var __getOwnPropDesc = Object.getOwnPropertyDescriptor; var __getOwnPropNames = Object.getOwnPropertyNames; var __hasOwnProp = Object.prototype.hasOwnProperty;
          var __export = (target, all) => { for (var name in all) __defProp(target, name, { get: all[name], enumerable: true }); };
          var __copyProps = (to, from, except, desc) => { if (from && typeof from === "object" || typeof from === "function") { for (let key of __getOwnPropNames(from)) if (!__hasOwnProp.call(to, key) && key !== except) __defProp(to, key, { get: () => from[key], enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable }); } return to; };
          var __toCommonJS = (mod) => __copyProps(__defProp({}, "__esModule", { value: true }), mod);
          var lib_exports = {}; __export(lib_exports, { deep: () => deep }); module.exports = __toCommonJS(lib_exports); var deep = 4;`,
      },
      { x: "[7, 5, 6, 2, 6, 2, 4]" },
    ],
    [
      "UMD, in the ways that bundlers write it",
      {
        "/main.js": `${REQUIRED}const a = require("./a"); const b = require("./b"); const x = tf.zeros([a.width, a.make(5), b.width]);`,
        "/a.js": `(function (root, factory) { if (typeof define === "function" && define.amd) define(["exports"], factory); else if (typeof exports === "object" && typeof module !== "undefined") factory(exports); else factory((root.lib = {})); })(this, function (exports) { exports.width = 4; exports.make = function (n) { return n + 1; }; });`,
        "/b.js": `(function (global, factory) { typeof exports === "object" && typeof module !== "undefined" ? module.exports = factory() : typeof define === "function" && define.amd ? define(factory) : (global.lib = factory()); })(this, function () { return { width: 3 }; });`,
      },
      { x: "[4, 6, 3]" },
    ],
    [
      "TypeScript's own import and export of CommonJS",
      {
        "/main.ts": `import tf = require("@tensorflow/tfjs"); import config = require("./config"); import depth = config.depth; const x = tf.zeros([config.width, depth]);`,
        "/config.ts": `const config = { width: 4, depth: 2 }; export = config;`,
      },
      { x: "[4, 2]" },
    ],
  ]);
});

describe("what modules may have changed is forgotten", () => {
  testModules([
    [
      "exports that code writes which is not seen to run",
      {
        "/main.ts": `${TF}import * as state from "./state"; import { fixed } from "./state"; if (coin()) state.widen(); const x = tf.zeros([state.width, fixed]);`,
        "/state.ts": `export let width = 4; export const fixed = 2; export function widen() { width = 9; }`,
      },
      { x: "[?, 2]" },
    ],
    [
      "modules that are required perhaps",
      {
        "/main.js": `${REQUIRED}const config = require("./config"); if (coin()) require("./change"); const x = tf.zeros([config.width, config.depth]);`,
        "/config.js": `exports.width = 4; exports.depth = 2;`,
        "/change.js": `require("./config").width = 7;`,
      },
      { x: "[?, 2]" },
    ],
  ]);
});
