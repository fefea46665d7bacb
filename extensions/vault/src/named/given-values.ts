import { hideValues, type Redact } from '@signalbox/sdk';

const mostUpstreams = 1_000;
const mostCharacters = 32_768;

/** What one upstream was given. */
interface Given {
  readonly values: Set<string>;
  hide: Redact;
}

/**
 * The values each upstream was given on this node, to be taken out of what it writes; of very many those given last. They are known by
 * upstream, never all together: else what one organization is shown would tell it of the secrets of another.
 */
export class GivenValues {
  readonly #byUpstream = new Map<string, Given>();

  add(upstream: string, value: string): void {
    const given = this.#byUpstream.get(upstream) ?? { values: new Set<string>(), hide: asItIs };
    this.#byUpstream.delete(upstream);
    this.#byUpstream.set(upstream, given);
    dropOldest(this.#byUpstream.keys(), this.#byUpstream, mostUpstreams);
    const isKnown = given.values.delete(value);
    given.values.add(value);
    if (isKnown) return;
    bound(given.values);
    given.hide = hideValues(given.values);
  }

  /** The text without the values its upstream was given. */
  redactorFor(upstream: string): Redact {
    return (text) => this.#byUpstream.get(upstream)?.hide(text) ?? text;
  }
}

const asItIs: Redact = (text) => text;

function dropOldest(
  [oldest]: Iterable<string>,
  from: { readonly size: number; delete(key: string): unknown },
  most: number,
): void {
  if (from.size > most && oldest !== undefined) from.delete(oldest);
}

/** One value is always kept, and none is longer than what all may have. */
function bound(values: Set<string>): void {
  let characters = [...values].reduce((sum, value) => sum + value.length, 0);
  for (const value of values) {
    if (characters <= mostCharacters) return;
    values.delete(value);
    characters -= value.length;
  }
}
