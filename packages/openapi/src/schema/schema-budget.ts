/** Bounds of all schemas of one document together. */
export interface BudgetBounds {
  /** Nodes looked at while schemas are converted and their definitions gathered. */
  readonly maxNodes?: number;
  /** Bytes of JSON, of all definitions of tools together. */
  readonly maxBytes?: number;
}

/** What the schemas of one document may cost together. Once it is used up it stays so. */
export class SchemaBudget {
  readonly #maxNodes: number;
  readonly #maxBytes: number;
  #visited = 0;
  #written = 0;
  #openTools = 0;

  /** Two million nodes and 32 MiB where nothing is said. */
  constructor({ maxNodes = 2_000_000, maxBytes = 33_554_432 }: BudgetBounds = {}) {
    this.#maxNodes = maxNodes;
    this.#maxBytes = maxBytes;
  }

  /** Nodes looked at up to now. */
  get visited(): number {
    return this.#visited;
  }

  /** Tools whose arguments are not described, because the budget was used up. */
  get openTools(): number {
    return this.#openTools;
  }

  get isUsedUp(): boolean {
    return this.#visited > this.#maxNodes || this.#written > this.#maxBytes;
  }

  /** Counts nodes; false when there may be no more of them. */
  visit(nodes = 1): boolean {
    this.#visited += nodes;
    return !this.isUsedUp;
  }

  /** Counts bytes a tool's schema has; false when it is one too many. */
  write(bytes: number): boolean {
    this.#written += bytes;
    return !this.isUsedUp;
  }

  /** Notes a tool that accepts anything. */
  leaveOpen(): void {
    this.#openTools += 1;
  }
}
