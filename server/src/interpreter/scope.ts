/** Names of one lexical region. What a name holds is in the heap's cell of that number, so that branches can be forked and joined. */
export interface Scope {
  readonly parent: Scope | undefined;
  readonly names: Map<string, number>;
  /** Of a file's top level, where analyses are remembered. */
  readonly kept?: KeptScope;
}

/** A file's top level from one analysis to the next: a name keeps its cell. */
export interface KeptScope {
  readonly cells: Map<string, number>;
  /** How often the file has been run. */
  fillings: number;
  /** Told of every look for a name, found here or not. */
  readonly read: (scope: Scope, name: string, cell: number | undefined) => void;
}

export function childScope(parent: Scope | undefined): Scope {
  return { parent, names: new Map() };
}

/** The cell of the innermost variable of that name. */
export function findCell(scope: Scope, name: string): number | undefined {
  for (let current: Scope | undefined = scope; current; current = current.parent) {
    const cell = ownCell(current, name);
    if (cell !== undefined) return cell;
  }
  return undefined;
}

/** The cell of the variable of that name in the scope itself. */
export function ownCell(scope: Scope, name: string): number | undefined {
  const cell = scope.names.get(name);
  scope.kept?.read(scope, name, cell);
  return cell;
}
