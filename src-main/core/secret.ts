/**
 * A secret value that cannot leak by accident: it has no text form, no JSON form and no inspectable field, and is not
 * assignable to `string`. The one way to the value is `use`, which keeps every place that touches it greppable.
 */
export class Secret {
  readonly #value: string

  private constructor(value: string) {
    this.#value = value
  }

  static of(value: string): Secret {
    return new Secret(value)
  }

  use<T>(fn: (value: string) => T): T {
    return fn(this.#value)
  }

  /** Length in characters: safe to show only where a tail may be shown. */
  get length(): number {
    return this.#value.length
  }

  /** Same value; for use inside the process only (not constant-time). */
  equals(other: Secret): boolean {
    return other.use((value) => value === this.#value)
  }

  toString(): string {
    return '[secret]'
  }

  toJSON(): string {
    return '[secret]'
  }

  get [Symbol.toStringTag](): string {
    return 'Secret'
  }
}

/** The last four characters, only where that leaves at least sixteen unseen. */
export const tailOf = (secret: Secret): string | null =>
  secret.length >= 20 ? secret.use((value) => value.slice(-4)) : null
