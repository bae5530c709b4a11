/** What a front end is asked to cut a program to: whatever one expression may depend on. */
export interface SliceRequest {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  /** Whether a call is one of an operation that changes nothing that the program can see. */
  isPure(file: string, start: number, end: number): boolean;
  /** Whether what comes behind the expression in its function stays out. */
  readonly endsThere: boolean;
}

/** One file of a program that was cut. */
export interface SlicedFile {
  readonly file: string;
  /** What is taken out of the text, in order and apart from each other. */
  readonly cuts: readonly Cut[];
  /** The specifiers of the imports that are left, and the file that each means. */
  readonly imports: readonly { readonly start: number; readonly end: number; readonly target: string | undefined }[];
}

/** A part of a text that is taken out or replaced. */
export interface Cut {
  readonly start: number;
  readonly end: number;
  readonly newText: string;
}
