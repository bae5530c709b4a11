import type { Range } from "vscode-languageserver/node";
import { instrument } from "../compiler";
import type { SeenTensor } from "../ide/agreement";
import { BatchCheck, summaryOfCheck } from "../ide/batch-check";
import type { Session } from "./session";

/** `shapewright/prepareCheck`: what is to be run of a file, to compare the shapes that are traced with those of the run. */
export interface PrepareCheckParams {
  readonly uri: string;
}

export interface PreparedCheck {
  /** Names the check to `shapewright/finishCheck`. */
  readonly id: number;
  /** What is to be run in place of files, by their absolute paths: it calls the global `__shapewrightObserved(id, value)`. */
  readonly sources: readonly { readonly path: string; readonly text: string }[];
}

/** `shapewright/finishCheck`: compares what a run has had. Only the last check that was prepared can be finished, once. */
export interface FinishCheckParams {
  readonly id: number;
  /** The different tensors that each place has had. */
  readonly tensors: readonly (readonly [place: number, tensors: readonly SeenTensor[]])[];
}

export interface FinishedCheck {
  /** Expressions that are the tensors that were predicted. */
  readonly agreed: number;
  /** Expressions that the run did not come by. */
  readonly notReached: number;
  /** All of it, in a sentence. */
  readonly summary: string;
  readonly differences: readonly { readonly uri: string; readonly range: Range; readonly message: string }[];
}

export function registerCheckRequests(session: Session): void {
  let last: { readonly id: number; readonly check: BatchCheck } | undefined;
  let checks = 0;
  session.connection.onRequest("shapewright/prepareCheck", ({ uri }: PrepareCheckParams, token) =>
    session.answer<PreparedCheck | null>("a check", token, null, () => {
      const { workspace } = session.project;
      const source = {
        module: (file: string) => workspace.module(file),
        resolve: (specifier: string, from: string) => workspace.resolve(specifier, from),
        text: (file: string) => session.project.text(file),
      };
      const check = new BatchCheck(source, session.documents.path(uri), instrument);
      last = { id: ++checks, check };
      return Promise.resolve({ id: checks, sources: check.sources });
    }),
  );
  session.connection.onRequest("shapewright/finishCheck", ({ id, tensors }: FinishCheckParams, token) =>
    session.answer<FinishedCheck | null>("the result of a check", token, null, () => {
      if (last?.id !== id) return Promise.resolve(null);
      const result = last.check.compare(new Map(tensors));
      const { agreed, notReached, differences } = result;
      const shown = differences.map(({ span, message }) => ({
        uri: session.documents.uri(span.file),
        range: session.convert.range(span),
        message,
      }));
      last = undefined;
      return Promise.resolve({ agreed, notReached, differences: shown, summary: summaryOfCheck(result) });
    }),
  );
}
