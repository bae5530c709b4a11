import type { Range } from "vscode-languageserver/node";
import { isGroup, type DataFlow, type FlowPart } from "../ide/graph/graph";
import { subjectAt, subjectsOf, type Subject } from "../ide/graph/subjects";
import { traceFlow } from "../ide/graph/trace";
import { formatCount } from "../ide/quantities";
import type { Span } from "../ir";
import { formatShape } from "../shape/shape";
import { t } from "../text/translate";
import type { Session } from "./session";

/** `shapewright/graph`: the data flow of a model or a function of an open document. */
export interface GraphParams {
  readonly uri: string;
  /** What is drawn, by its name; otherwise what the position is in, or the file's main model. */
  readonly subject?: string;
  readonly position?: { readonly line: number; readonly character: number };
}

export interface GraphAnswer {
  /** What the file has to draw. */
  readonly subjects: readonly GraphSubject[];
  readonly subject: string | undefined;
  /** Why there is no graph. */
  readonly message?: string;
  readonly problems: readonly string[];
  readonly parts: readonly GraphPart[];
  /** Each is the indices of two parts and of the output. */
  readonly edges: readonly (readonly [from: number, to: number, output: number])[];
}

export interface GraphSubject {
  readonly name: string;
  readonly range: Range;
}

export interface GraphPart {
  readonly kind: FlowPart["kind"];
  /** The index of the group that it is in; -1 at the top. */
  readonly parent: number;
  readonly label: string;
  readonly operation: string;
  readonly path: string;
  /** Of a repetition. */
  readonly count: number;
  /** One for each output, `[N, 64]`. */
  readonly shapes: readonly string[];
  readonly parameters: string;
  readonly multiplyAdds: string;
  readonly isShared: boolean;
  readonly isUnused: boolean;
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  readonly uri?: string;
  readonly range?: Range;
}

export function registerGraph(session: Session): void {
  session.connection.onRequest("shapewright/graph", (params: GraphParams, token) =>
    session.answer("a graph", token, nothing([], undefined, t`The graph could not be drawn.`), () =>
      graph(session, params),
    ),
  );
}

function nothing(subjects: readonly GraphSubject[], subject: string | undefined, message: string): GraphAnswer {
  return { subjects, subject, message, problems: [], parts: [], edges: [] };
}

async function graph(session: Session, { uri, subject, position }: GraphParams): Promise<GraphAnswer> {
  const file = session.documents.path(uri);
  const found = await session.analysisOf(file);
  const subjects = found ? subjectsOf(found.analysis, file) : [];
  const answered = subjects.map(({ name, around }) => ({ name, range: session.convert.range(around) }));
  const offset = position && session.project.lines(file).offset(position);
  const named = subjects.find(({ name }) => name === subject);
  const chosen = named ?? (offset === undefined ? undefined : subjectAt(subjects, offset)) ?? mainOf(subjects);
  if (!found || !chosen) {
    return nothing(answered, undefined, t`This file has no model and no function that works on tensors.`);
  }
  const flow = traceFlow(found.analysis, chosen);
  return typeof flow === "string"
    ? nothing(answered, chosen.name, flow)
    : { subjects: answered, subject: chosen.name, ...answerOf(session, flow) };
}

/** The last of the main models: what a file leads up to. */
function mainOf(subjects: readonly Subject[]): Subject | undefined {
  return subjects.findLast(({ isMain }) => isMain) ?? subjects[0];
}

function answerOf(session: Session, { parts, edges, problems, isCut }: DataFlow) {
  const indices = new Map(parts.map(({ id }, index) => [id, index]));
  const indexOf = (id: number | undefined): number => (id === undefined ? -1 : (indices.get(id) ?? -1));
  return {
    problems: isCut ? [...problems, t`The graph is too large: its end is not drawn.`] : problems,
    parts: parts.map((part) => answerPart(session, part, indexOf(part.parent))),
    edges: edges.map(({ from, to, output }) => [indexOf(from), indexOf(to), output] as const),
  };
}

function answerPart(session: Session, part: FlowPart, parent: number): GraphPart {
  const { kind, label, operation, path = "", span } = part;
  const general = { kind, parent, label, operation, path, ...place(session, span) };
  if (isGroup(part)) {
    const none = { shapes: [], parameters: "", multiplyAdds: "", isShared: false, isUnused: false };
    return { ...general, ...none, count: part.count, errors: [], warnings: [] };
  }
  const { outputs, parameters, multiplyAdds, isShared, isUnused, errors, warnings } = part;
  return {
    ...general,
    count: 1,
    shapes: outputs.map(formatShape),
    parameters: parameters ? formatCount(parameters) : "",
    multiplyAdds: multiplyAdds ? formatCount(multiplyAdds) : "",
    ...{ isShared, isUnused, errors, warnings },
  };
}

function place({ documents, convert }: Session, span: Span | undefined) {
  return span && span.file !== "" ? { uri: documents.uri(span.file), range: convert.range(span) } : {};
}
