import type { CallResult, Invocation } from '@signalbox/sdk';
import type { Connection } from '../peer/connection.ts';

const done: CallResult = { kind: 'data', value: {} };

/** True when a subscription call takes a subscription back. */
export function isUnwatch({ request }: Invocation): boolean {
  return request.kind === 'subscription' && request.params['subscribe'] === false;
}

/** The resources of an upstream that somebody watches: it hears of the first watcher and of the last. */
export class WatchedResources {
  readonly #counts = new Map<string, number>();

  /** What a new connection has to watch again. */
  get uris(): readonly string[] {
    return [...this.#counts.keys()];
  }

  /** True while somebody watches a resource. */
  has(uri: string): boolean {
    return this.#counts.has(uri);
  }

  /** Adds a watcher. Errors: those of the upstream; then nobody was added. */
  async watch(connection: Connection, { originalName, signal }: Invocation): Promise<CallResult> {
    const count = this.#counts.get(originalName) ?? 0;
    this.#counts.set(originalName, count + 1);
    if (count > 0) return done;
    try {
      await connection.setWatched(originalName, true, signal);
      return done;
    } catch (error) {
      this.#leave(originalName);
      throw error;
    }
  }

  /** Takes a watcher away; without a connection there is nobody to tell. */
  async unwatch(
    connection: Connection | undefined,
    { originalName, signal }: Invocation,
  ): Promise<CallResult> {
    if (this.#leave(originalName)) await connection?.setWatched(originalName, false, signal);
    return done;
  }

  /** True when the last watcher left. */
  #leave(uri: string): boolean {
    const count = this.#counts.get(uri) ?? 0;
    if (count > 1) this.#counts.set(uri, count - 1);
    else this.#counts.delete(uri);
    return count === 1;
  }
}
