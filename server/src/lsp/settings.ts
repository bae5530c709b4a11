import type { LensSettings } from "../ide/lenses";
import type { InlayHintSettings } from "../ide/inlay-hints";

/** The part of `shapewright.*` that the server heeds. */
export interface Settings {
  /** Whether anything is shown at all. */
  readonly enable: boolean;
  /** `{ "reshape-size": "off" }` */
  readonly rules: Readonly<Record<string, unknown>>;
  readonly inlayHints: InlayHintSettings;
  readonly codeLens: LensSettings;
  readonly diagnostics: {
    /** Which files problems are reported of. */
    readonly scope: DiagnosticScope;
  };
  readonly hover: {
    /** The number of examples that memory is told for. */
    readonly batchSize: number;
  };
}

export const DEFAULT_SETTINGS: Settings = {
  enable: true,
  rules: {},
  inlayHints: {
    enabled: true,
    variables: true,
    parameters: true,
    returns: true,
    chains: true,
    layers: true,
    dtypes: false,
  },
  codeLens: { enabled: true, models: true, functions: true },
  diagnostics: { scope: "imports" },
  hover: { batchSize: 32 },
};

export type DiagnosticScope = "openFiles" | "imports" | "workspace";
const SCOPES: readonly DiagnosticScope[] = ["openFiles", "imports", "workspace"];

/** The settings in what a client sent, with defaults for what is missing or makes no sense. */
export function readSettings(sent: unknown): Settings {
  return {
    enable: boolean(property(sent, "enable"), DEFAULT_SETTINGS.enable),
    rules: { ...(property(sent, "rules") as Readonly<Record<string, unknown>> | undefined) },
    inlayHints: booleans(property(sent, "inlayHints"), DEFAULT_SETTINGS.inlayHints),
    codeLens: booleans(property(sent, "codeLens"), DEFAULT_SETTINGS.codeLens),
    diagnostics: {
      scope: SCOPES.find((scope) => scope === property(property(sent, "diagnostics"), "scope")) ?? "imports",
    },
    hover: { batchSize: count(property(property(sent, "hover"), "batchSize"), DEFAULT_SETTINGS.hover.batchSize) },
  };
}

function property(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

function boolean(value: unknown, otherwise: boolean): boolean {
  return typeof value === "boolean" ? value : otherwise;
}

/** An object of flags, each with its default. */
function booleans<T extends Readonly<Record<keyof T, boolean>>>(value: unknown, otherwise: T): T {
  const entries = Object.entries<boolean>(otherwise).map(([name, flag]) => [
    name,
    boolean(property(value, name), flag),
  ]);
  return Object.fromEntries(entries) as T;
}

/** A whole number of at least 1. */
function count(value: unknown, otherwise: number): number {
  return typeof value === "number" && Number.isInteger(value) && value >= 1 ? value : otherwise;
}
