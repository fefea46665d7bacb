import {
  type Clock,
  type Events,
  type Log,
  type Principal,
  resourceUpdated,
  SignalboxError,
} from '@signalbox/sdk';

const mostWatched = 1_000;
/** Nobody is told more often of one resource. */
const leastMs = 1_000;

/** What is looked at for those who wait for its updates. */
export interface Watched {
  readonly uri: string;
  readonly org: string;
  /** Whose it is, for what is another thing to everybody. */
  readonly only?: Principal;
  /** How often to look without word: nodes do not hear each other. */
  readonly everyMs: number;
  /** What is other when it is to be told of; undefined for what never changes again by itself. */
  readonly read: () => Promise<{ readonly print: string; readonly isOver: boolean }>;
}

interface Watch {
  readonly watched: Watched;
  watchers: number;
  print: string | undefined;
  lookedAt: number;
  dueAt: number;
  cancel: () => void;
}

/** Looks at what somebody waits for, as long as they do, and tells when it has changed: at most once a second each. */
export class ResourceWatches {
  readonly #clock: Clock;
  readonly #events: Events;
  readonly #log: Log;
  readonly #watches = new Map<string, Watch>();

  constructor({ clock, events, log }: { clock: Clock; events: Events; log: Log }) {
    this.#clock = clock;
    this.#events = events;
    this.#log = log;
  }

  /** Begins to look at something, for one more. Errors: those of reading it, `overloaded`. */
  async begin(watched: Watched): Promise<void> {
    const key = keyOf(watched);
    const first = this.#watches.get(key);
    if (!first && this.#watches.size >= mostWatched)
      throw new SignalboxError('overloaded', `${mostWatched} tasks and runs are watched; watch some less`);
    const { print, isOver } = await watched.read();
    const known = this.#watches.get(key);
    if (known) return void known.watchers++;
    const nowMs = this.#clock.now();
    const times = { lookedAt: nowMs, dueAt: Infinity };
    const watch: Watch = { watched, watchers: 1, print, ...times, cancel: () => undefined };
    this.#watches.set(key, watch);
    if (!isOver) this.#plan(watch, nowMs + watched.everyMs);
  }

  /** Ends it, for one. */
  end(watched: Pick<Watched, 'uri' | 'org' | 'only'>): void {
    const watch = this.#watches.get(keyOf(watched));
    if (!watch || --watch.watchers > 0) return;
    watch.cancel();
    this.#watches.delete(keyOf(watched));
  }

  /** Something has changed of an organization: it is looked at soon. */
  wake(org: string, uris: readonly string[]): void {
    for (const watch of this.#watches.values()) {
      const { watched, lookedAt } = watch;
      if (watched.org === org && uris.includes(watched.uri)) this.#plan(watch, lookedAt + leastMs);
    }
  }

  stop(): void {
    for (const { cancel } of this.#watches.values()) cancel();
    this.#watches.clear();
  }

  #plan(watch: Watch, atMs: number): void {
    if (watch.dueAt <= atMs) return;
    watch.cancel();
    watch.dueAt = atMs;
    watch.cancel = this.#clock.after(Math.max(0, atMs - this.#clock.now()), () => {
      watch.dueAt = Infinity;
      watch.lookedAt = this.#clock.now();
      this.#look(watch).catch((cause: unknown) => {
        this.#log.debug('what somebody watches cannot be read', { uri: watch.watched.uri, cause });
        this.#planNext(watch);
      });
    });
  }

  async #look(watch: Watch): Promise<void> {
    const { print, isOver } = await watch.watched.read();
    if (this.#watches.get(keyOf(watch.watched)) !== watch) return;
    if (print !== watch.print) {
      watch.print = print;
      const { uri, org, only } = watch.watched;
      this.#events.publish(resourceUpdated, { source: 'scheduler', uri, org, ...(only ? { only } : {}) });
    }
    if (!isOver) this.#planNext(watch);
  }

  #planNext(watch: Watch): void {
    if (this.#watches.get(keyOf(watch.watched)) === watch)
      this.#plan(watch, this.#clock.now() + watch.watched.everyMs);
  }
}

function keyOf({ uri, org, only }: Pick<Watched, 'uri' | 'org' | 'only'>): string {
  return JSON.stringify([org, uri, ...(only ? [only.kind, only.id] : [])]);
}
