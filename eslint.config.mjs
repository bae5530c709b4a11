import tseslint from "typescript-eslint";

/** Forbids imports, with the invariant of docs/architecture.md that the import would break as the message. */
const forbid = (files, groups, message) => ({
  files,
  rules: { "@typescript-eslint/no-restricted-imports": ["error", { patterns: [{ group: groups, message }] }] },
});

const pure = ["shape", "ir", "ops", "interpreter", "rules", "ide"];
const hosts = ["node:*", "fs", "path", "vscode", "vscode-*"];

export default tseslint.config(
  { ignores: ["dist", ".tsbuild", "test/.out", "test/.cache", "test/fixtures", "node_modules"] },
  ...tseslint.configs.recommended,
  {
    rules: {
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/consistent-type-imports": "error",
      eqeqeq: ["error", "always"],
      "max-lines": ["error", { max: 500, skipComments: true, skipBlankLines: true }],
    },
  },
  forbid(
    ["server/src/{ops,interpreter,rules,ide}/**"],
    [...hosts, "typescript", "**/compiler/**", "**/lsp/**", "**/cli/**"],
    "The engine does no I/O and knows neither TypeScript nor a protocol (docs/architecture.md).",
  ),
  forbid(
    ["server/src/shape/**"],
    [
      ...hosts,
      "typescript",
      ...["ir", "ops", "interpreter", "rules", "ide", "compiler", "lsp", "cli"].map((part) => `**/${part}/**`),
    ],
    "shape/ is pure mathematics (docs/architecture.md).",
  ),
  forbid(
    ["server/src/ir/**"],
    [
      ...hosts,
      "typescript",
      ...pure.filter((part) => part !== "ir").map((part) => `**/${part}/**`),
      "**/compiler/**",
      "**/lsp/**",
      "**/cli/**",
    ],
    "ir/ is the language alone (docs/architecture.md).",
  ),
  forbid(
    ["server/src/{lsp,cli}/**"],
    ["typescript", "vscode"],
    "Only compiler/ imports the TypeScript compiler API (docs/architecture.md).",
  ),
  forbid(
    ["client/src/**"],
    ["**/server/**", "typescript"],
    "The client talks to the server by the protocol alone (docs/architecture.md).",
  ),
  forbid(
    ["client/src/runtime/**", "client/src/training/**"],
    ["vscode", "vscode-*", "**/server/**", "typescript"],
    "The runtime and the run files are used by the command line too and know no editor (docs/architecture.md).",
  ),
  forbid(
    ["webviews/src/**"],
    ["node:*", "vscode", "**/server/**", "**/client/**"],
    "A webview shares only contract.ts with its host (docs/architecture.md).",
  ),
);
