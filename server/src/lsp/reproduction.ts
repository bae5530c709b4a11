import type { Position } from "vscode-languageserver/node";
import { slice } from "../compiler";
import { reproduce, type Reproduction } from "../ide/reproduction";
import { libraries } from "../ops";
import type { Session } from "./session";

/** `shapewright/reproduction`: a program to report what is said about a place of an open document. */
export interface ReproductionParams {
  readonly uri: string;
  readonly position: Position;
}

export function registerReproduction(session: Session): void {
  session.connection.onRequest("shapewright/reproduction", (params: ReproductionParams, token) =>
    session.answer("a reproduction", token, null, () => reproduction(session, params)),
  );
}

async function reproduction(session: Session, { uri, position }: ReproductionParams): Promise<Reproduction | null> {
  const { project, documents } = session;
  const file = documents.path(uri);
  const found = await session.analysisOf(file);
  if (!found) return null;
  const offset = project.lines(file).offset(position);
  const { workspace } = project;
  const program = {
    text: (path: string) => workspace.text(path),
    // A library is known by its specifier, also where its sources lie beside the program.
    resolve: (specifier: string, from: string) =>
      libraries.some((library) => library.owns(specifier)) ? undefined : workspace.resolve(specifier, from),
  };
  return reproduce(found.analysis, file, offset, project, (request) => slice(program, request)) ?? null;
}
