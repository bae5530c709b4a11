/** The part of `shapewright.*` that the server heeds. */
export interface Settings {
  /** Whether anything is shown at all. */
  readonly enable: boolean;
  readonly inlayHints: { readonly enabled: boolean };
}

export const DEFAULT_SETTINGS: Settings = { enable: true, inlayHints: { enabled: true } };

/** The settings in what a client sent, with defaults for what is missing or makes no sense. */
export function readSettings(sent: unknown): Settings {
  const hints = property(sent, "inlayHints");
  return {
    enable: boolean(property(sent, "enable"), DEFAULT_SETTINGS.enable),
    inlayHints: { enabled: boolean(property(hints, "enabled"), DEFAULT_SETTINGS.inlayHints.enabled) },
  };
}

function property(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

function boolean(value: unknown, otherwise: boolean): boolean {
  return typeof value === "boolean" ? value : otherwise;
}
