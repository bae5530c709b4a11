import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The names users import the library by, resolved to its source: tests need no build. */
const alias = [
  { find: /^shapewright\/torch$/, replacement: source("client/src/runtime/torch/index.ts") },
  { find: /^shapewright$/, replacement: source("client/src/runtime/index.ts") },
];

/** Suites with a runner or a stage of their own: they need the bundles in dist/ and a real editor. */
const editorSuites = ["test/extension/**", "test/e2e/**"];

export default defineConfig({
  resolve: { alias },
  test: {
    // Generous on purpose: a slow machine must not fail a test, only a wrong answer or a hang may.
    testTimeout: 120_000,
    hookTimeout: 240_000,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          globalSetup: "scripts/simd.mjs",
          include: ["test/**/*.test.ts"],
          exclude: [...editorSuites, "test/.out/**", "test/.cache/**"],
        },
      },
      {
        extends: true,
        // One editor, one story: the files share the machine with a browser, so they take turns.
        test: { name: "e2e", include: ["test/e2e/**/*.test.ts"], fileParallelism: false },
      },
    ],
  },
});
