import { metaKeys } from '@signalbox/protocol';
import { type Clock, isJsonObject, type JsonObject, type ListKind, sleep } from '@signalbox/sdk';
import type { Wire } from '../wire/wire.ts';
import { changedKinds } from './changed-kinds.ts';
import type { ConnectionEvents, PeerFacts } from './connection.ts';

/** What a listen stream is made of. */
export interface ModernListenParts {
  readonly wire: Wire;
  readonly facts: PeerFacts;
  readonly clock: Clock;
  readonly events: ConnectionEvents;
  /** Sends subscriptions/listen; settles when the stream ends. */
  readonly open: (id: number, notifications: JsonObject, signal: AbortSignal) => Promise<void>;
}

const firstRetryMs = 1_000;
const longestRetryMs = 60_000;
const acknowledgeWaitMs = 500;
const allKinds: readonly ListKind[] = ['tool', 'prompt', 'resource', 'template'];

/** The one subscriptions/listen of a modern upstream, opened again when the set of URIs changes or it breaks. */
export class ModernListen {
  readonly #parts: ModernListenParts;
  readonly #uris = new Set<string>();
  readonly #stop = new AbortController();
  #current: AbortController | undefined;
  #currentId: number | undefined;
  #breaks = 0;
  #onAcknowledged: () => void = () => undefined;

  constructor(parts: ModernListenParts) {
    this.#parts = parts;
    parts.wire.setListener({ onNotification: this.#onNotification });
  }

  /** Opens the stream; resolves when the upstream has acknowledged it, or is not going to soon. */
  start(uris: readonly string[]): Promise<void> {
    for (const uri of uris) this.#uris.add(uri);
    return new Promise((resolve) => {
      const cancel = this.#parts.clock.after(acknowledgeWaitMs, resolve);
      this.#onAcknowledged = () => {
        cancel();
        resolve();
      };
      this.#reopen();
    });
  }

  setWatched(uri: string, isWatched: boolean): void {
    if (isWatched === this.#uris.has(uri)) return;
    if (isWatched) this.#uris.add(uri);
    else this.#uris.delete(uri);
    this.#reopen();
  }

  close(): void {
    this.#stop.abort();
    this.#current?.abort();
  }

  #reopen(): void {
    const before = this.#current;
    const filter = this.#filter();
    this.#current = new AbortController();
    if (Object.keys(filter).length > 0) void this.#follow(filter, this.#current.signal);
    else this.#onAcknowledged();
    // The new stream is open before the old one ends, so nothing falls between them.
    before?.abort();
  }

  /** Keeps one stream open: opened again after each break, ever more slowly. */
  async #follow(filter: JsonObject, signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !this.#stop.signal.aborted) {
      this.#currentId = this.#parts.wire.nextId();
      const error = await this.#parts.open(this.#currentId, filter, signal).catch((error: Error) => error);
      if (signal.aborted) return;
      this.#onAcknowledged();
      if (error && !this.#isBreak(error)) return;
      const waitMs = Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(this.#breaks++, 6));
      await sleep(this.#parts.clock, waitMs, signal).catch(() => undefined);
    }
  }

  #isBreak(error: Error & { code?: unknown }): boolean {
    if (error.code === 'timeout' || error.code === 'upstream_unavailable') return true;
    this.#parts.events.note(`it does not tell of changes: ${error.message}`);
    return false;
  }

  #filter(): JsonObject {
    const { tools, prompts, resources } = this.#parts.facts.capabilities;
    const filter: JsonObject = {};
    if (tellsOfChanges(tools)) filter['toolsListChanged'] = true;
    if (tellsOfChanges(prompts)) filter['promptsListChanged'] = true;
    if (tellsOfChanges(resources)) filter['resourcesListChanged'] = true;
    if (this.#uris.size > 0) filter['resourceSubscriptions'] = [...this.#uris];
    return filter;
  }

  readonly #onNotification = (method: string, params: JsonObject): void => {
    const meta = isJsonObject(params['_meta']) ? params['_meta'] : {};
    // A stream that was replaced may still say something; only the current one counts.
    if (meta[metaKeys.subscriptionId] !== this.#currentId) return;
    const { events } = this.#parts;
    const kinds = changedKinds.get(method);
    if (method === 'notifications/subscriptions/acknowledged') this.#acknowledge();
    else if (kinds) events.onListChanged(kinds);
    else if (method === 'notifications/resources/updated' && typeof params['uri'] === 'string')
      events.onResourceUpdated(params['uri']);
  };

  #acknowledge(): void {
    // What changed while nobody listened was not told.
    if (this.#breaks > 0) this.#parts.events.onListChanged(allKinds);
    this.#breaks = 0;
    this.#onAcknowledged();
  }
}

function tellsOfChanges(capability: JsonObject[string] | undefined): boolean {
  return isJsonObject(capability) && capability['listChanged'] === true;
}
