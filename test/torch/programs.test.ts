import { beforeAll, describe, expect, test } from "vitest";
import type { Tensor } from "shapewright/torch";
import { chooseBackend } from "../../client/src/runtime/backends/index";
import { evaluate, recorded } from "./run-expression";

/** What PyTorch did at a line of a program: made a tensor, or refused. */
interface Expectation {
  line: number;
  error?: string;
  shape?: number[];
  /** Null where several layouts are legitimate. */
  stride?: number[] | null;
  dtype?: string;
}

interface RecordedProgram {
  id: string;
  /** One statement a line. */
  program: string[];
  expect: Expectation[];
}

const statement = /^const (\w+) = (.*);$/;

function expectTensor(tensor: Tensor, { shape, stride, dtype }: Expectation): void {
  expect(tensor.shape).toEqual(shape);
  expect(tensor.dtype).toBe(dtype);
  if (stride) expect(tensor.stride()).toEqual(stride);
}

/** Random programs recorded from PyTorch 2.13: the same shapes, strides, dtypes and error messages at the same lines. */
describe("recorded programs", () => {
  beforeAll(async () => {
    await chooseBackend("cpu");
  });

  test.each(recorded<RecordedProgram>("programs"))("$id", ({ program, expect: expected }) => {
    const names: Record<string, unknown> = {};
    program.forEach((text, line) => {
      const [, name = "", expression = ""] = statement.exec(text) ?? [];
      const outcome = expected.find((each) => each.line === line);
      if (outcome?.error !== undefined) {
        let message = "no error";
        try {
          evaluate(expression, names);
        } catch (error) {
          message = (error as Error).message;
        }
        expect(message.split("\n")[0]).toBe(outcome.error);
        return;
      }
      names[name] = evaluate(expression, names);
      if (outcome) expectTensor(names[name] as Tensor, outcome);
    });
  });
});
