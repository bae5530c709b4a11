import type { CancellationToken, ClientCapabilities, Connection } from "vscode-languageserver/node";
import { LSPErrorCodes, ResponseError } from "vscode-languageserver/node";
import type { FileSystem } from "../compiler";
import { visibleDiagnostics, type LevelsOf, type VisibleDiagnostic } from "../ide/diagnostics";
import { levelsFor, levelsOf } from "../ide/rule-levels";
import { FixVerifier } from "../ide/verified-fixes";
import type { Analysis, FileAnalysis } from "../interpreter/analyze";
import { Converter } from "./convert";
import { OpenDocuments } from "./documents";
import { Project, type ProjectAnalysis } from "./project";
import { DEFAULT_SETTINGS, type Settings } from "./settings";
import { nextTurn } from "./timing";

/** Everything that requests of one client are answered with. */
export class Session {
  readonly project: Project;
  readonly documents: OpenDocuments;
  readonly convert: Converter;
  capabilities: ClientCapabilities = {};
  /** The folders that the client has open: one, several, or none. */
  folders: readonly string[] = [];
  /** The commands of its own that the client lets the server name. */
  clientCommands: ReadonlySet<string> = new Set();
  settings: Promise<Settings> = Promise.resolve(DEFAULT_SETTINGS);
  private diagnostics = new WeakMap<FileAnalysis, VisibleDiagnostic[]>();
  private edition = 0;
  private readonly verifiers = new WeakMap<Analysis, FixVerifier>();

  /** @param documentChanged Told of every text that was opened, changed or closed, when the project knows it already. */
  constructor(
    readonly connection: Connection,
    fileSystem: FileSystem,
    documentChanged: (file: string, isOpen: boolean) => void,
  ) {
    this.project = new Project(fileSystem, (file, error) => this.log(`analysing ${file}`, error));
    this.documents = new OpenDocuments(connection, (file, text) => {
      this.project.setDocument(file, text);
      documentChanged(file, text !== undefined);
    });
    this.convert = new Converter(this.project, this.documents);
  }

  /** The analysis of an open document; `undefined` when Shapewright is switched off. */
  async analysisOf(file: string): Promise<ProjectAnalysis | undefined> {
    const { enable } = await this.settings;
    return enable ? this.project.analysisOf(file) : undefined;
  }

  /** The source files of all folders. */
  sourceFiles(): string[] {
    return [...new Set(this.folders.flatMap((folder) => this.project.workspace.files(folder)))];
  }

  /** To be called when the settings are others: what is shown of an analysis may be another part of it. */
  settingsChanged(): void {
    this.edition++;
    this.diagnostics = new WeakMap();
  }

  /** Changes whenever the diagnostics of an analysis may be others. */
  resultId({ id }: ProjectAnalysis): string {
    return `${id}.${this.edition}`;
  }

  /** What becomes of each rule's findings, in each file. */
  async levels(): Promise<LevelsOf> {
    const general = levelsOf((await this.settings).rules);
    return (file) => levelsFor(this.project.workspace, file, general);
  }

  async diagnosticsOf(file: string, found: ProjectAnalysis | undefined): Promise<VisibleDiagnostic[]> {
    const analysis = found?.analysis.files.get(file);
    if (!analysis) return [];
    const known = this.diagnostics.get(analysis);
    if (known) return known;
    const diagnostics = visibleDiagnostics(analysis, this.project, await this.levels());
    this.diagnostics.set(analysis, diagnostics);
    return diagnostics;
  }

  /** Tells which fixes of the analysis's diagnostics work, and remembers what it has tried. */
  verifierOf({ analysis }: ProjectAnalysis): FixVerifier {
    const known = this.verifiers.get(analysis);
    if (known) return known;
    const verifier = new FixVerifier(analysis, this.project);
    this.verifiers.set(analysis, verifier);
    return verifier;
  }

  /**
   * Answers a request; throws what the protocol asks for when it was cancelled. Messages that have arrived meanwhile are read first, so that what was cancelled costs nothing. A failure is a bug
   * of ours: it is logged, the client gets the answer that says nothing, and the server lives on.
   */
  async answer<Result>(
    name: string,
    token: CancellationToken,
    nothing: Result,
    compute: () => Promise<Result>,
  ): Promise<Result> {
    await nextTurn();
    if (token.isCancellationRequested) throw cancelled();
    const result = await compute().catch((error: unknown) => {
      this.log(`answering a request for ${name}`, error);
      return nothing;
    });
    if (token.isCancellationRequested) throw cancelled();
    return result;
  }

  log(activity: string, error: unknown): void {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.connection.console.error(`An error while ${activity}. Please report it.\n${detail}`);
  }
}

function cancelled(): ResponseError<void> {
  return new ResponseError(LSPErrorCodes.RequestCancelled, "The request was cancelled.");
}
