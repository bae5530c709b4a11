import type { ClassMember } from "../ir";
import type { Machine } from "./machine";
import type { ClassValue } from "./value";

/**
 * The key under which a member is kept. A private name belongs to the class whose code mentions it: two classes of one chain may each
 * have their own `#size`.
 */
export function privateKey(m: Machine, name: string): string {
  if (!name.startsWith("#")) return name;
  const { home } = m.frame;
  return home && declares(home, name) ? keyIn(home, name) : name;
}

/** The same for code that is known to stand in a class. */
export function keyIn(home: ClassValue, name: string): string {
  return name.startsWith("#") ? `${name} of ${home.statics}` : name;
}

function declares(home: ClassValue, name: string): boolean {
  return home.node.members.some((member) => "key" in member && member.key === name);
}

/** The private method or accessor that a key made by {@link privateKey} stands for. */
export function privateMember(
  m: Machine,
  key: string,
  kinds: readonly ClassMember["kind"][],
): { readonly member: Extract<ClassMember, { readonly function: unknown }>; readonly home: ClassValue } | undefined {
  const { home } = m.frame;
  if (!home) return undefined;
  for (const member of home.node.members) {
    if (member.kind !== "method" && member.kind !== "getter" && member.kind !== "setter") continue;
    if (
      !member.static &&
      typeof member.key === "string" &&
      keyIn(home, member.key) === key &&
      kinds.includes(member.kind)
    )
      return { member, home };
  }
  return undefined;
}
