// The options of `shapewright train` as they are typed; what training does is tested in test/training.
import { afterEach, expect, it } from "vitest";
import { folderWith, removeFolders, shapewright } from "./shapewright";

afterEach(removeFolders);

it("takes the run to resume, and says which there are when it is not there", async () => {
  const folder = folderWith({ "net.ts": "export default 3;" });
  const { code, output, messages } = await shapewright(folder, "train", "net.ts", "--resume", "yesterday");
  expect([code, output]).toEqual([2, ""]);
  expect(messages).toContain('there is no run "yesterday" in ');
  expect(messages).toContain("There are none yet.");
});

it("asks for the run when --resume is given without one", async () => {
  const { code, messages } = await shapewright(".", "train", "net.ts", "--resume");
  expect(code).toBe(2);
  expect(messages).toContain("argument missing");
});
