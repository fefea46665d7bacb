/** One visitor at a time for each name. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  take<Result>(name: string, action: () => Promise<Result>): Promise<Result> {
    const turn = (this.#last.get(name) ?? Promise.resolve()).then(action);
    this.#last.set(name, turn);
    return turn;
  }
}
