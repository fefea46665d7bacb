/**
 * A token of an upstream. A type of its own, so that it is never mixed up with what a caller showed the hub, and one
 * that tells nothing when it is written into a log, an error or JSON by mistake.
 */
export class UpstreamToken {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The token itself, for the request to the upstream or its authorization server, and for the vault. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return '[token of an upstream]';
  }

  toJSON(): string {
    return this.toString();
  }
}
