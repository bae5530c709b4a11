/** Names of one lexical region. What a name holds is in the heap's cell of that number, so that branches can be forked and joined. */
export interface Scope {
  readonly parent: Scope | undefined;
  readonly names: Map<string, number>;
}

export function childScope(parent: Scope | undefined): Scope {
  return { parent, names: new Map() };
}

/** The cell of the innermost variable of that name. */
export function findCell(scope: Scope, name: string): number | undefined {
  for (let current: Scope | undefined = scope; current; current = current.parent) {
    const cell = current.names.get(name);
    if (cell !== undefined) return cell;
  }
  return undefined;
}
