/** Where an offset of a text lies: what this part needs to know of positions. */
export interface LineLookup {
  position(offset: number): { readonly line: number; readonly character: number };
}

/** The texts that spans point into. */
export interface Sources {
  text(file: string): string;
  lines(file: string): LineLookup;
}
