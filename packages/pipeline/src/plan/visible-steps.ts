/**
 * Steps that may be read somewhere, by name. It grows while a list of steps is planned, so that each sees those before it; what
 * stands further inside adds to it without being seen from outside.
 */
export class VisibleSteps {
  readonly #outer: VisibleSteps | undefined;
  readonly #own: Map<string, string>;

  constructor(outer?: VisibleSteps, own: Iterable<readonly [string, string]> = []) {
    this.#outer = outer;
    this.#own = new Map(own);
  }

  /** Path of a step in the plan. */
  get(name: string): string | undefined {
    return this.#own.get(name) ?? this.#outer?.get(name);
  }

  add(names: Iterable<readonly [string, string]>): void {
    for (const [name, path] of names) this.#own.set(name, path);
  }

  /** All names with their paths. */
  all(): readonly (readonly [string, string])[] {
    return [...(this.#outer?.all() ?? []), ...this.#own];
  }
}
