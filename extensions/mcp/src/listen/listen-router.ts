import { policyChanged } from '@signalbox/policy';
import {
  type CatalogReader,
  type ChangedEntry,
  catalogChanged,
  type Events,
  type ListKind,
  type Principal,
  type ResourceUpdate,
  resourceUpdated,
  SignalboxError,
  type Viewer,
  type ViewName,
} from '@signalbox/sdk';
import { type TaskRecord, toDetailedTask, toLegacyTask } from '../tasks/task-record.ts';
import { Notification } from './notification.ts';

/** What a listener wants to hear of, and may. */
export interface ListenFilter {
  readonly view: ViewName;
  /** Who listens: it hears of changes only of what it may see. */
  readonly viewer: () => Viewer;
  readonly tools: boolean;
  readonly prompts: boolean;
  readonly resources: boolean;
  readonly resourceUris: ReadonlySet<string>;
  readonly taskIds: ReadonlySet<string>;
}

/** Somebody who listens for changes. */
export interface Listener {
  readonly filter: ListenFilter;
  /** In whose words it is told of tasks. */
  readonly era: 'legacy' | 'modern';
  /** Says something, and for whom: nobody with a credential that allows less may hear it. */
  readonly notify: (notification: Notification, whose?: Principal) => void;
  /** Ends the stream gracefully when the hub stops. */
  readonly end?: () => void;
}

const listChanged: {
  readonly [kind in ListKind]: { readonly what: 'tools' | 'prompts' | 'resources'; readonly method: string };
} = {
  tool: { what: 'tools', method: 'notifications/tools/list_changed' },
  prompt: { what: 'prompts', method: 'notifications/prompts/list_changed' },
  resource: { what: 'resources', method: 'notifications/resources/list_changed' },
  template: { what: 'resources', method: 'notifications/resources/list_changed' },
};

type SeenCatalog = Pick<CatalogReader, 'uriIn' | 'mayShow' | 'mayUseResource'>;
type What = 'tools' | 'prompts' | 'resources';
type ListChanges = { readonly [kind in ListKind]?: readonly ChangedEntry[] };

// Among so many somebody sees one; asking for each would take longer than a needless look.
const mostAsked = 200;

const listKinds: readonly ListKind[] = ['tool', 'prompt', 'resource', 'template'];

/** Tells each listener of the changes it wants to hear of; one router for both eras and all transports. */
export class ListenRouter {
  readonly #listeners = new Set<Listener>();
  readonly #catalog: SeenCatalog;
  readonly #max: number;

  constructor(events: Events, catalog: SeenCatalog, max: number) {
    this.#catalog = catalog;
    this.#max = max;
    events.on(catalogChanged, ({ changes }) => {
      for (const { view, changed } of changes) this.#tellOfLists(view, changed);
    });
    events.on(policyChanged, ({ org }) => this.#tellOfPolicy(org));
    events.on(resourceUpdated, (update) => this.#tellOfResource(update));
  }

  /** Adds a listener; the result removes it. Errors: `overloaded` when there are too many. */
  add(listener: Listener): () => void {
    if (this.#listeners.size >= this.#max) {
      throw new SignalboxError(
        'overloaded',
        `${this.#max} streams already listen; close one, or raise mcp.maxListens`,
      );
    }
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Ends every stream: the hub stops. */
  endAll(): void {
    for (const listener of this.#listeners) listener.end?.();
    this.#listeners.clear();
  }

  /** Tells of a task that has changed those who may hear of it. */
  tellOfTask(record: TaskRecord, mayHear: (viewer: Viewer) => boolean): void {
    const byEra = {
      modern: new Notification('notifications/tasks', toDetailedTask(record)),
      legacy: new Notification('notifications/tasks/status', toLegacyTask(record)),
    };
    for (const { filter, era, notify } of this.#listeners) {
      if (filter.taskIds.has(record.id) && mayHear(filter.viewer())) notify(byEra[era], record.principal);
    }
  }

  #tellOfLists(view: ViewName, changed: ListChanges): void {
    const notes = new Map<string, { note: Notification; what: What; entries: ChangedEntry[] }>();
    for (const kind of listKinds) {
      const entries = changed[kind];
      if (!entries) continue;
      const { what, method } = listChanged[kind];
      const known = notes.get(method);
      if (known) known.entries.push(...entries);
      else notes.set(method, { note: new Notification(method, {}), what, entries: [...entries] });
    }
    for (const { filter, notify } of this.#listeners) {
      if (filter.view !== view) continue;
      for (const { note, what, entries } of notes.values())
        if (filter[what] && this.#seesAny(filter, entries)) notify(note);
    }
  }

  /** Which lists of whom a new policy changes is not worked out: everybody it is about may look again. */
  #tellOfPolicy(org: string): void {
    const notes = listKinds.map((kind) => ({ ...listChanged[kind], kind }));
    const known = new Map(
      notes.map(({ method, what }) => [method, { what, note: new Notification(method, {}) }]),
    );
    for (const { filter, notify } of this.#listeners) {
      if (filter.viewer().principal.org !== org) continue;
      for (const { what, note } of known.values()) if (filter[what]) notify(note);
    }
  }

  #seesAny({ viewer }: ListenFilter, entries: readonly ChangedEntry[]): boolean {
    if (entries.length > mostAsked) return true;
    const own = viewer();
    return entries.some((entry) => this.#catalog.mayShow(entry, own));
  }

  #tellOfResource({ source, uri, org, only }: ResourceUpdate): void {
    const prefixed = `signalbox://${source}/${encodeURIComponent(uri)}`;
    const notes = new Map<string, Notification>();
    for (const { filter, notify } of this.#listeners) {
      const isOther = filter.view.startsWith('upstream:') && filter.view !== `upstream:${source}`;
      if (isOther || (only && !isSame(only, filter.viewer().principal))) continue;
      if (org !== undefined && org !== filter.viewer().principal.org) continue;
      // Another source may own the plain URI in this view; the prefixed one is always its own.
      const own = this.#catalog.uriIn(filter.view, source, uri);
      const shown = [own, prefixed].find((each) => filter.resourceUris.has(each));
      if (shown === undefined) continue;
      // Rules may be others since it was subscribed to.
      if (!this.#catalog.mayUseResource(filter.view, source, uri, filter.viewer())) continue;
      const note = notes.get(shown) ?? new Notification('notifications/resources/updated', { uri: shown });
      notes.set(shown, note);
      notify(note);
    }
  }
}

function isSame(a: Pick<Principal, 'org' | 'kind' | 'id'>, b: Principal): boolean {
  return a.org === b.org && a.kind === b.kind && a.id === b.id;
}
