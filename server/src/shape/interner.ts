const MOST_RECENT = 4096;

/**
 * One object per key, for as long as somebody holds it: what makes `===` the equality of dimensions.
 *
 * References are weak because the language server runs for days and most dimensions live for one analysis.
 */
export class Interner<Value extends object> {
  private readonly references = new Map<string, WeakRef<Value>>();
  /** Those asked for lately, held firmly: following a weak reference costs far more than finding a key. */
  private readonly recent = new Map<string, Value>();
  private readonly registry = new FinalizationRegistry<string>((key) => {
    // The key may have been given to a new object since the old one was collected.
    if (this.references.get(key)?.deref() === undefined) {
      this.references.delete(key);
    }
  });

  /** The object of `key`, made by `create` when there is none alive. */
  get(key: string, create: () => Value): Value {
    const recent = this.recent.get(key);
    if (recent !== undefined) {
      return recent;
    }
    const existing = this.references.get(key)?.deref();
    const value = existing ?? create();
    if (existing === undefined) {
      this.references.set(key, new WeakRef(value));
      this.registry.register(value, key);
    }
    if (this.recent.size >= MOST_RECENT) {
      this.recent.clear();
    }
    this.recent.set(key, value);
    return value;
  }
}
