import { failExpression } from './expression-error.ts';

/** How much one evaluation may do. */
export interface BudgetLimits {
  /** Parts of expressions evaluated and values looked at. */
  readonly visits: number;
  /** Size of what comes out, as characters of JSON; also of every text made on the way. */
  readonly resultSize: number;
}

/** What an evaluation may do where nothing else is said. */
const defaultLimits: BudgetLimits = { visits: 200_000, resultSize: 1_048_576 };

/** So many characters are looked at in the time of one visit. */
const charactersPerVisit = 128;

/** Counts what an evaluation does, so that none takes long; there is no clock here. Used up by one evaluation or several. */
export class Budget {
  readonly #limits: BudgetLimits;
  #visits = 0;
  #size = 0;

  constructor(limits: Partial<BudgetLimits> = {}) {
    this.#limits = { ...defaultLimits, ...limits };
  }

  /** Counts work. Throws `template_failed` when it was the last that could be afforded. */
  visit(count = 1): void {
    this.#visits += count;
    if (this.#visits > this.#limits.visits)
      failExpression(
        'budget',
        `the expression takes more than ${this.#limits.visits} steps for this data; let it look at less`,
      );
  }

  /** Counts the reading or writing of characters, which is quick, but not for nothing. */
  read(characters: number): void {
    this.visit(Math.ceil(characters / charactersPerVisit));
  }

  /** Counts what comes out. Throws `template_failed` when it is too much. */
  give(size: number): void {
    this.#size += size;
    this.checkSize(this.#size);
  }

  /** Throws `template_failed` when a text of this many characters, or that much JSON, may not be made. */
  checkSize(size: number): void {
    if (size > this.#limits.resultSize)
      failExpression(
        'budget',
        `the expression gives more than ${this.#limits.resultSize} characters of JSON; let it choose less`,
      );
  }
}
