import { type Clock, cutClean, type UpstreamLogLine } from '@signalbox/sdk';

const maxLines = 500;
const maxLineLength = 2_048;

/** The last lines an upstream wrote on its standard error, and what the hub has to say about it. Secrets are blotted out. */
export class LogRing {
  readonly #clock: Clock;
  readonly #redact: (text: string) => string;
  readonly #lines: UpstreamLogLine[] = [];
  #next = 0;

  constructor(clock: Clock, redact: (text: string) => string) {
    this.#clock = clock;
    this.#redact = redact;
  }

  add(from: UpstreamLogLine['from'], text: string): void {
    this.#lines[this.#next] = {
      at: this.#clock.now(),
      from,
      text: cutClean(this.#redact, text, maxLineLength),
    };
    this.#next = (this.#next + 1) % maxLines;
  }

  /** The newest `limit` lines, oldest first. */
  last(limit: number): readonly UpstreamLogLine[] {
    const ordered = [...this.#lines.slice(this.#next), ...this.#lines.slice(0, this.#next)];
    return limit >= ordered.length ? ordered : ordered.slice(ordered.length - Math.max(0, limit));
  }
}
