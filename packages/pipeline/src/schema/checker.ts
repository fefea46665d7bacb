import type { JsonValue } from '@signalbox/sdk';

/** Tells whether a value fits, and tells the check what does not. */
export type Checker = (value: JsonValue, path: Path | undefined, check: Check) => boolean;

/** Where in a value something is, from the inside out. */
export interface Path {
  readonly above: Path | undefined;
  readonly name: string | number;
}

const most = { problems: 5, depth: 500, work: 1_000_000, nameLength: 100 } as const;

/** Thrown where a check would take too long or too much room. */
export class CheckTooLarge extends Error {}

/** One check of one value: what it found, and what it may still do. A schema and a value may both be somebody else's. */
export class Check {
  readonly problems: string[] = [];
  #quiet = 0;
  #depth = 0;
  #workLeft: number = most.work;

  /** Steps into a schema; `leave` steps out. */
  enter(): void {
    this.spend(1);
    if (++this.#depth > most.depth)
      throw new CheckTooLarge(
        `is nested more than ${most.depth} deep, or its schema refers to itself without end`,
      );
  }

  leave(): void {
    this.#depth--;
  }

  /** Counts work; throws when there is too much of it. */
  spend(work: number): void {
    this.#workLeft -= work;
    if (this.#workLeft < 0) throw new CheckTooLarge('takes too long to be held against its schema');
  }

  /** Says what does not fit; always false. */
  fail(path: Path | undefined, message: string): false {
    if (this.#quiet === 0 && this.problems.length < most.problems)
      this.problems.push(`${textOf(path)}: ${message}`);
    return false;
  }

  /** Asks without a word about what does not fit. */
  asks(checker: Checker, value: JsonValue, path: Path | undefined): boolean {
    this.#quiet++;
    const fits = checker(value, path, this);
    this.#quiet--;
    return fits;
  }

  /** Whether it is of no use to look for more that does not fit. */
  get isDecided(): boolean {
    return this.#quiet > 0 || this.problems.length >= most.problems;
  }
}

function textOf(path: Path | undefined): string {
  const names: string[] = [];
  for (let at = path; at; at = at.above) names.unshift(String(at.name).slice(0, most.nameLength));
  return names.length === 0 ? '(root)' : names.join('.');
}
