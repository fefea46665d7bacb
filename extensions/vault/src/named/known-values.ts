import { hideValues, type Redact } from '@signalbox/sdk';

const mostValues = 500;

/** Values that were opened on this node, to be taken out of what it writes; of very many those opened last. */
export class KnownValues {
  readonly #values = new Set<string>();
  #hide: Redact = (text) => text;

  add(value: string): void {
    const isKnown = this.#values.delete(value);
    this.#values.add(value);
    if (isKnown) return;
    const [oldest] = this.#values;
    if (this.#values.size > mostValues && oldest !== undefined) this.#values.delete(oldest);
    this.#hide = hideValues(this.#values);
  }

  readonly redact: Redact = (text) => this.#hide(text);
}
