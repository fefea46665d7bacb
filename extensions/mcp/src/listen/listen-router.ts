import {
  catalogChanged,
  type Events,
  type JsonObject,
  type ListKind,
  resourceUpdated,
  SignalboxError,
  type ViewName,
} from '@signalbox/sdk';

/** What a listener wants to hear of. */
export interface ListenFilter {
  readonly view: ViewName;
  readonly tools: boolean;
  readonly prompts: boolean;
  readonly resources: boolean;
  readonly resourceUris: ReadonlySet<string>;
}

/** Somebody who listens for changes. */
export interface Listener {
  filter: ListenFilter;
  readonly notify: (method: string, params: JsonObject) => void;
  /** Ends the stream gracefully when the hub stops. */
  readonly end?: () => void;
}

/** Tells each listener of the changes it wants to hear of; one router for both eras and all transports. */
export class ListenRouter {
  readonly #listeners = new Set<Listener>();
  readonly #max: number;

  constructor(events: Events, max: number) {
    this.#max = max;
    events.on(catalogChanged, ({ changes }) => {
      for (const { view, kinds } of changes) this.#tellOfLists(view, kinds);
    });
    events.on(resourceUpdated, ({ source, uri }) => this.#tellOfResource(source, uri));
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

  #tellOfLists(view: ViewName, kinds: readonly ListKind[]): void {
    const isResources = kinds.includes('resource') || kinds.includes('template');
    for (const { filter, notify } of this.#listeners) {
      if (filter.view !== view) continue;
      if (filter.tools && kinds.includes('tool')) notify('notifications/tools/list_changed', {});
      if (filter.prompts && kinds.includes('prompt')) notify('notifications/prompts/list_changed', {});
      if (filter.resources && isResources) notify('notifications/resources/list_changed', {});
    }
  }

  #tellOfResource(source: string, uri: string): void {
    const prefixed = `signalbox://${source}/${encodeURIComponent(uri)}`;
    for (const { filter, notify } of this.#listeners) {
      const isOther = filter.view.startsWith('upstream:') && filter.view !== `upstream:${source}`;
      if (isOther) continue;
      const shown = [uri, prefixed].find((each) => filter.resourceUris.has(each));
      if (shown !== undefined) notify('notifications/resources/updated', { uri: shown });
    }
  }
}
