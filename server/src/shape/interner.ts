/**
 * One object per key, for as long as somebody holds it: what makes `===` the equality of dimensions.
 *
 * References are weak because the language server runs for days and most dimensions live for one analysis.
 */
export class Interner<Value extends object> {
  private readonly references = new Map<string, WeakRef<Value>>();
  private readonly registry = new FinalizationRegistry<string>((key) => {
    // The key may have been given to a new object since the old one was collected.
    if (this.references.get(key)?.deref() === undefined) {
      this.references.delete(key);
    }
  });

  /** The object of `key`, made by `create` when there is none alive. */
  get(key: string, create: () => Value): Value {
    const existing = this.references.get(key)?.deref();
    if (existing !== undefined) {
      return existing;
    }
    const value = create();
    this.references.set(key, new WeakRef(value));
    this.registry.register(value, key);
    return value;
  }
}
