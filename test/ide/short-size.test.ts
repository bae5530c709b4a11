import { describe, expect, it } from "vitest";
import { shortSize } from "../../server/src/ide/short-size";
import { withHints } from "./ask";

const tf = `import * as tf from "@tensorflow/tfjs";\n`;

describe("a size beside the code", () => {
  it.each([
    ["64", "64"],
    ["images.shape[0]", "images₀"],
    ["2*images.shape[1] + 1", "2*images₁ + 1"],
    ["this.config.blockSize", "blockSize"],
    ["rows.length", "rows.length"],
    ["(aVeryLongName + another.veryLongName)//2", "…"],
  ])("%s is %s", (text, short) => expect(shortSize(text)).toBe(short));

  it("is short for a parameter whose type tells its rank alone, and for what is made of it", () => {
    const shown = withHints(
      `${tf}function f(images: tf.Tensor4D) {\n  const flat = tf.mean(images, [1, 2]);\n  return flat;\n}`,
    );
    expect(shown).toContain("tf.Tensor4D‹ [images₀, images₁, images₂, images₃]›");
    expect(shown).toContain("flat‹: [images₀, images₃]›");
  });
});
