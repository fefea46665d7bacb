import { SignalboxError } from '@signalbox/sdk';

const mostInARow = 100;
const mostBeforeFirst = 1_000;
const notedFirst = 5;

/** More than is looked through for secrets, and far more than is shown: who shows it cuts it. */
const mostTold = 131_072;

/** What a message is called, and where it comes in. */
interface UselessWords {
  readonly unit: string;
  readonly place: string;
}

/**
 * Counts what an upstream sends that is of no use: text that is no JSON-RPC, and answers nobody waits for.
 * Real servers print banners and warnings, so some noise is dropped; a flood ends the connection.
 */
export class UselessMessages {
  readonly #name: string;
  readonly #words: UselessWords;
  readonly #note: (text: string) => void;
  #inARow = 0;
  #total = 0;
  #unknownAnswers = 0;
  #hasSpoken = false;

  constructor(name: string, words: UselessWords, note: (text: string) => void) {
    this.#name = name;
    this.#words = words;
    this.#note = note;
  }

  /** Answers with an id that was never given out, so far. */
  get unknownAnswers(): number {
    return this.#unknownAnswers;
  }

  /** A useful message came. */
  reset(): void {
    this.#inARow = 0;
    this.#hasSpoken = true;
  }

  /** Something came that is no message. Throws `upstream_invalid_answer` when it is one too many. */
  countNoise(text: string, why: string): void {
    const { unit, place } = this.#words;
    this.#count(
      (total) =>
        `dropped ${withArticle(unit)} on ${place} (${why}; ${total} so far): ${text.slice(0, mostTold)}`,
    );
  }

  /** An answer came that nobody waits for. Throws `upstream_invalid_answer` when it is one too many. */
  countUnknownAnswer(id: string | number | null): void {
    this.#unknownAnswers++;
    this.#count(
      (total) =>
        `dropped an answer with the unknown id ${JSON.stringify(id).slice(0, mostTold)} (${total} so far)`,
    );
  }

  #count(describe: (total: number) => string): void {
    this.#total++;
    // The first few, then ever fewer: a noisy server must not fill the log.
    if (this.#total <= notedFirst || Number.isInteger(Math.log10(this.#total)))
      this.#note(describe(this.#total));
    if (++this.#inARow <= (this.#hasSpoken ? mostInARow : mostBeforeFirst)) return;
    const { unit, place } = this.#words;
    throw new SignalboxError(
      'upstream_invalid_answer',
      `upstream "${this.#name}" sent ${this.#inARow} ${unit}s in a row that are no answers; its program must write nothing but MCP messages to ${place}`,
    );
  }
}

function withArticle(unit: string): string {
  return /^[aeiou]/.test(unit) ? `an ${unit}` : `a ${unit}`;
}
