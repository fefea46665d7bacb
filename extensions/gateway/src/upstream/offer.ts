import { createHash } from 'node:crypto';
import type { Invoke, SourceEntry, SourceHandle } from '@signalbox/sdk';
import { extensionRule, passedExtensions } from '../peer/passed-extensions.ts';
import type { LifeState } from './upstream-life.ts';
import type { UpstreamParts } from './upstream-parts.ts';

/** What an upstream offers to everybody, and whether it can be called now: its place in the catalog. */
export class Offer {
  /** True while the lists are read over one person's account. */
  isPersonal = false;
  readonly #parts: Pick<UpstreamParts, 'name' | 'definition' | 'log' | 'openSource'>;
  #source: SourceHandle | undefined;
  #published = '';

  constructor(parts: Pick<UpstreamParts, 'name' | 'definition' | 'log' | 'openSource'>) {
    this.#parts = parts;
  }

  /** Takes its place; the upstream is being connected then. */
  open(invoke: Invoke): void {
    this.#source = this.#parts.openSource(invoke);
    this.#source.setState({ status: 'connecting' });
  }

  /** Leaves the catalog, with its entries. */
  withdraw(): void {
    this.#source?.withdraw();
  }

  /** What everybody may hear of: the resources one person has there are nobody else's, not even by name. */
  shared(entries: readonly SourceEntry[]): readonly SourceEntry[] {
    return this.isPersonal ? entries.filter(({ kind }) => kind !== 'resource') : entries;
  }

  /** Publishes what was listed; false when it is what is published already. */
  publish(listed: readonly SourceEntry[]): boolean {
    const entries = this.shared(listed);
    // The same list again, after a restart for instance, is no news to anybody.
    const digest = createHash('sha256').update(JSON.stringify(entries)).digest('hex');
    if (digest === this.#published) return false;
    this.#published = digest;
    this.#source?.publish(entries);
    return true;
  }

  /** Says how the upstream can be reached now. */
  setState(state: LifeState): void {
    const { log, name, definition } = this.#parts;
    if (state.status === 'available') {
      const { capabilities, era } = state.connection.facts;
      const allowed = 'extensions' in definition ? definition.extensions : [];
      this.#source?.setExtensions(passedExtensions(capabilities, extensionRule(allowed)));
      this.#source?.setState({ status: 'available' });
      log.info('upstream is available', { upstream: name, era });
    } else if (state.status === 'connecting') this.#source?.setState({ status: 'connecting' });
    else if (state.status === 'unavailable' && state.nextAttemptAt !== undefined) {
      const reason = state.error.message;
      this.#source?.setState({ status: 'unavailable', reason });
      log.warn('upstream is not available', { upstream: name, reason });
    }
  }
}
