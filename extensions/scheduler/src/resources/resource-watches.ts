import {
  type Clock,
  directoryChanged,
  type Events,
  type Log,
  type Principal,
  resourceUpdated,
  SignalboxError,
  type Viewer,
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
  /** Who waits for it. */
  readonly viewer: Viewer;
  /** How often to look without word: nodes do not hear each other. */
  readonly everyMs: number;
  /** What is other when it is to be told of; undefined for what never changes again by itself. */
  readonly read: (viewer: Viewer) => Promise<{ readonly print: string; readonly isOver: boolean }>;
}

/** What watches are kept with. */
export interface WatchesParts {
  readonly clock: Clock;
  readonly events: Events;
  readonly log: Log;
  /** True for who may read what is watched, by the rules and roles there are now. */
  readonly mayRead: (viewer: Viewer) => boolean;
  /** Somebody as they are known now; undefined when they are gone. */
  readonly viewerNow: (viewer: Viewer) => Promise<Viewer | undefined>;
}

/** One of those who wait for the same. */
interface Watcher {
  /** As they came. */
  readonly viewer: Viewer;
  /** As they were known when it was last asked; undefined when they were gone. */
  now: Viewer | undefined;
  isSure: boolean;
}

interface Watch {
  readonly watched: Watched;
  readonly watchers: Watcher[];
  print: string | undefined;
  lookedAt: number;
  dueAt: number;
  cancel: () => void;
}

/** Looks at what somebody waits for, as long as they do, and tells when it has changed: at most once a second each. */
export class ResourceWatches {
  readonly #parts: WatchesParts;
  readonly #watches = new Map<string, Watch>();

  constructor(parts: WatchesParts) {
    this.#parts = parts;
    parts.events.on(directoryChanged, ({ org, subject }) => this.#doubt(org, subject));
  }

  /** Begins to look at something, for one more. Errors: those of reading it, `overloaded`. */
  async begin(watched: Watched): Promise<void> {
    const key = keyOf(watched);
    const { viewer } = watched;
    const first = this.#watches.get(key);
    if (!first && this.#watches.size >= mostWatched)
      throw new SignalboxError('overloaded', `${mostWatched} tasks and runs are watched; watch some less`);
    const { print, isOver } = await watched.read(viewer);
    const watcher: Watcher = { viewer, now: viewer, isSure: true };
    const known = this.#watches.get(key);
    if (known) return void known.watchers.push(watcher);
    const nowMs = this.#parts.clock.now();
    const times = { lookedAt: nowMs, dueAt: Infinity };
    const watch: Watch = { watched, watchers: [watcher], print, ...times, cancel: () => undefined };
    this.#watches.set(key, watch);
    if (!isOver) this.#plan(watch, nowMs + watched.everyMs);
  }

  /** Ends it, for one. */
  end(watched: Pick<Watched, 'uri' | 'org' | 'only' | 'viewer'>): void {
    const watch = this.#watches.get(keyOf(watched));
    if (!watch) return;
    const index = watch.watchers.findIndex(({ viewer }) => isSame(viewer, watched.viewer));
    watch.watchers.splice(index, 1);
    if (watch.watchers.length > 0) return;
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
    watch.cancel = this.#parts.clock.after(Math.max(0, atMs - this.#parts.clock.now()), () => {
      watch.dueAt = Infinity;
      watch.lookedAt = this.#parts.clock.now();
      this.#look(watch).catch((cause: unknown) => {
        this.#parts.log.debug('what somebody watches cannot be read', { uri: watch.watched.uri, cause });
        this.#planNext(watch);
      });
    });
  }

  async #look(watch: Watch): Promise<void> {
    const readers = await this.#readersOf(watch);
    const [first] = readers;
    // They may be let again, and are told then of what has changed meanwhile.
    if (!first) return this.#planNext(watch);
    const { print, isOver } = await watch.watched.read(first);
    if (this.#watches.get(keyOf(watch.watched)) !== watch) return;
    if (print !== watch.print) {
      watch.print = print;
      this.#tell(watch, readers);
    }
    if (!isOver) this.#planNext(watch);
  }

  /** Those of the watchers who may read it now. */
  async #readersOf({ watchers }: Watch): Promise<readonly Viewer[]> {
    for (const watcher of watchers.filter(({ isSure }) => !isSure)) {
      watcher.isSure = true;
      watcher.now = await this.#parts.viewerNow(watcher.viewer);
    }
    return watchers.flatMap(({ now }) => (now && this.#parts.mayRead(now) ? [now] : []));
  }

  #tell({ watched, watchers }: Watch, readers: readonly Viewer[]): void {
    const { uri, org, only } = watched;
    const { events } = this.#parts;
    const update = { source: 'scheduler', uri, org };
    if (only || readers.length === watchers.length)
      return events.publish(resourceUpdated, { ...update, ...(only ? { only } : {}) });
    const told = new Map(readers.map(({ principal }) => [`${principal.kind} ${principal.id}`, principal]));
    for (const principal of told.values()) events.publish(resourceUpdated, { ...update, only: principal });
  }

  /** What is known of somebody is asked for again before they are told of anything. */
  #doubt(org: string | undefined, subject: string | undefined): void {
    for (const { watchers } of this.#watches.values())
      for (const watcher of watchers) {
        const { principal } = watcher.viewer;
        const isAbout =
          (org === undefined || org === principal.org) && (subject === undefined || subject === principal.id);
        if (isAbout) watcher.isSure = false;
      }
  }

  #planNext(watch: Watch): void {
    if (this.#watches.get(keyOf(watch.watched)) === watch)
      this.#plan(watch, this.#parts.clock.now() + watch.watched.everyMs);
  }
}

function isSame({ principal: a }: Viewer, { principal: b }: Viewer): boolean {
  return a.org === b.org && a.kind === b.kind && a.id === b.id;
}

function keyOf({ uri, org, only }: Pick<Watched, 'uri' | 'org' | 'only'>): string {
  return JSON.stringify([org, uri, ...(only ? [only.kind, only.id] : [])]);
}
