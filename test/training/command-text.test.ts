import { expect, test } from "vitest";
import { commandLine, formatAssignments, parseAssignments } from "../../client/src/training/command-text";

test("assignments are read as they are written, with quotes where they are needed", () => {
  const hyperparameters = { epochs: 3, optimizer: "sgd", note: 'two words, "quoted" \\ $HOME', shuffle: true };
  const line = formatAssignments(hyperparameters);
  expect(line).toBe('epochs=3 optimizer=sgd note="two words, \\"quoted\\" \\\\ \\$HOME" shuffle=true');
  expect(parseAssignments(line)).toEqual({
    epochs: "3",
    optimizer: "sgd",
    note: 'two words, "quoted" \\ $HOME',
    shuffle: "true",
  });
});

test.each(["epochs", "=3", "epochs = 3", 'note="open'])("%s is no assignment", (line) => {
  expect(parseAssignments(line)).toBeUndefined();
});

test("a command line repeats a run in any shell", () => {
  expect(commandLine("samples/mnist cnn.ts", { epochs: 3, note: "two words" })).toBe(
    'npx shapewright train "samples/mnist cnn.ts" --set epochs=3 --set "note=two words"',
  );
});
