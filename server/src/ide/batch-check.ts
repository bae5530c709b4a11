import { analyze } from "../interpreter/analyze";
import type { ModuleSource } from "../interpreter/machine";
import { MOST_FACTS_PER_PLACE, type Fact } from "../interpreter/recorder";
import type { Span } from "../ir";
import { libraries } from "../ops";
import { formatShape } from "../shape/shape";
import { t } from "../text/translate";
import { agrees, learnSizes, type SeenSizes, type SeenTensor } from "./agreement";
import type { Sources } from "./lines";

/** Wraps places of a file's text in calls that note their values under a number. */
export type Instrument = (
  file: string,
  text: string,
  places: readonly { readonly start: number; readonly end: number; readonly id: number }[],
) => string;

/** An expression with the shapes that were traced there. */
interface TracedPlace {
  readonly span: Span;
  readonly facts: readonly Fact[];
}

/** Where a run has another tensor than was predicted. */
export interface ShapeDifference {
  readonly span: Span;
  readonly message: string;
}

export interface BatchCheckResult {
  /** Expressions that ran and are the tensors that were predicted. */
  readonly agreed: number;
  /** Expressions that a shape was predicted for and that the batch did not come by. */
  readonly notReached: number;
  readonly differences: readonly ShapeDifference[];
}

/**
 * A comparison of what is traced in a file, and in the files that it imports, with what a run of it has: `sources` are to be run in
 * place of the files, and what they note is compared.
 */
export class BatchCheck {
  readonly sources: readonly { readonly path: string; readonly text: string }[];
  /** A place is named by its position. */
  private readonly places: readonly TracedPlace[];

  constructor(source: ModuleSource & Pick<Sources, "text">, file: string, instrument: Instrument) {
    const { machine } = analyze(source, [file], { libraries });
    // Of what the file imports, what was followed.
    const files = [...machine.modules.keys()];
    this.places = files.flatMap((each) => tracedPlaces(machine.recorder.facts(each)));
    this.sources = files.flatMap((path) => {
      const own = this.places.flatMap(({ span: { file, start, end } }, id) =>
        file === path ? [{ start, end, id }] : [],
      );
      return own.length === 0 ? [] : [{ path, text: instrument(path, source.text(path), own) }];
    });
  }

  /** @param seen the different tensors that each place has had, by the place's number */
  compare(seen: ReadonlyMap<number, readonly SeenTensor[]>): BatchCheckResult {
    const sizes: SeenSizes = new Map();
    for (const [id, tensors] of seen)
      for (const fact of this.places[id]?.facts ?? []) for (const run of tensors) learnSizes(fact, run, sizes);
    const differences: ShapeDifference[] = [];
    let agreed = 0;
    for (const [id, tensors] of seen) {
      const place = this.places[id];
      if (!place) continue;
      const other = tensors.find((run) => !place.facts.some((fact) => agrees(fact, run, sizes)));
      if (other) differences.push({ span: place.span, message: difference(place.facts, other) });
      else agreed++;
    }
    differences.sort((a, b) => a.span.file.localeCompare(b.span.file) || a.span.start - b.span.start);
    return { agreed, notReached: this.places.length - seen.size, differences };
  }
}

/** What came out, in a sentence. */
export function summaryOfCheck({ agreed, notReached, differences }: BatchCheckResult): string {
  const wrong = differences.length;
  const first =
    wrong === 0
      ? t`${agreed} tensors as predicted.`
      : t`${wrong} of ${agreed + wrong} tensors differ from what was predicted.`;
  return notReached === 0 ? first : `${first} ${t`The batch did not come by ${notReached} more.`}`;
}

/** The expressions that have a predicted shape in every context. Of a place with as many facts as are kept, some may be missing. */
function tracedPlaces(facts: readonly Fact[]): TracedPlace[] {
  const places = new Map<string, Fact[]>();
  for (const fact of facts) {
    if (fact.role !== "expression") continue;
    const key = `${fact.span.start}:${fact.span.end}`;
    const place = places.get(key);
    if (place) place.push(fact);
    else places.set(key, [fact]);
  }
  return [...places.values()]
    .filter((place) => place.length < MOST_FACTS_PER_PLACE && place.every(hasShape))
    .map((place) => ({ span: (place[0] as Fact).span, facts: place }));
}

function hasShape({ value }: Fact): boolean {
  return value.kind === "tensor" && value.shape !== undefined;
}

function difference(facts: readonly Fact[], run: SeenTensor): string {
  const predicted = [...new Set(facts.flatMap((fact) => describeFact(fact, run)))].slice(0, 3);
  const seen = describeRun(run, facts);
  return t`This is ${seen} when it runs. Predicted was ${predicted.join(t` or `)}.`;
}

function describeFact({ value }: Fact, run: SeenTensor): string[] {
  if (value.kind !== "tensor") return [];
  const shape = formatShape(value.shape);
  const dtype = value.dtype && value.dtype !== dtypeOf(run) ? ` ${value.dtype}` : "";
  return [`${shape}${dtype}`];
}

function describeRun(run: SeenTensor, facts: readonly Fact[]): string {
  const shape = `[${run.shape.map((size) => size ?? "?").join(", ")}]`;
  const otherType = facts.some(({ value }) => value.kind === "tensor" && value.dtype && value.dtype !== dtypeOf(run));
  return otherType ? `${shape} ${dtypeOf(run)}` : shape;
}

function dtypeOf({ dtype }: SeenTensor): string {
  return dtype.replace("torch.", "");
}
