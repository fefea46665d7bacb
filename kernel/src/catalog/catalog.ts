import {
  type CatalogItem,
  type CatalogReader,
  type ChangedEntry,
  type Clock,
  catalogChanged,
  type Events,
  type JsonObject,
  type ListKind,
  SignalboxError,
  type SourceHandle,
  type SourceSpec,
  type Viewer,
  type ViewName,
} from '@signalbox/sdk';
import type { Access } from '../access/access.ts';
import { findView } from '../call/resolve.ts';
import { unwrapParams } from '../call/unwrap-call.ts';
import type { EndpointSettings } from '../config/core-settings.ts';
import { searchFront } from '../search/search-front.ts';
import { buildViews } from './build-views.ts';
import { changesBetween, type Fingerprints, takeFingerprints } from './fingerprints.ts';
import { Source } from './source.ts';
import type { View, ViewEntry } from './view.ts';

// Upstreams often announce several changes at once; listeners hear of them once.
const announceDelayMs = 50;

/** What the catalog is made from. */
export interface CatalogParts {
  readonly endpoints: { readonly [name: string]: EndpointSettings };
  readonly clock: Clock;
  readonly events: Events;
  readonly access: Access;
}

/**
 * Everything that can be called, as immutable views that are swapped whole.
 * A change is in force at once; listeners are told together, a moment later.
 */
export class Catalog implements CatalogReader {
  readonly #parts: CatalogParts;
  readonly #sources = new Map<string, Source>();
  readonly #searchFront: readonly ViewEntry[];
  #views: ReadonlyMap<ViewName, View>;
  #announced: Fingerprints;
  #generation = 0;
  #isStale = false;
  #isAnnouncing = false;

  constructor(parts: CatalogParts) {
    this.#parts = parts;
    this.#searchFront = searchFront(parts.access, (name) => this.view(name));
    this.#views = this.#build();
    this.#announced = takeFingerprints(this.#views);
  }

  readonly generation = (): number => {
    this.#refresh();
    return this.#generation;
  };

  /** A view of the snapshot in force. */
  view(name: ViewName): View | undefined {
    this.#refresh();
    return this.#views.get(name);
  }

  readonly views = (): readonly ViewName[] => {
    this.#refresh();
    return [...this.#views.keys()];
  };

  readonly uriIn = (view: ViewName, source: string, uri: string): string => {
    const own = this.#sources.get(source);
    return (own && this.view(view)?.renamedUris(own)?.get(uri)) ?? uri;
  };

  readonly extensions = (view: ViewName): JsonObject => this.view(view)?.extensions ?? {};

  readonly mayShow = (entry: ChangedEntry, viewer: Viewer): boolean =>
    this.#parts.access.mayShow(entry, viewer);

  readonly mayUseResource = (view: ViewName, source: string, uri: string, viewer: Viewer): boolean => {
    const found = this.view(view)?.findIdentity('resource', { source, originalName: uri });
    if (!found) return false;
    const target = found.entry?.target ?? found.source.unlisted(uri);
    const shown = { uri: this.uriIn(view, source, uri) };
    return this.#parts.access.decide(target, viewer, () => shown).effect !== 'deny';
  };

  readonly findTool = (view: ViewName, name: string, viewer: Viewer): JsonObject | undefined => {
    const found = this.view(view)?.toolEntry(name);
    return found && this.#parts.access.mayShow(found.entry.target, viewer) ? found.definition : undefined;
  };

  readonly calledTool = (view: ViewName, params: JsonObject, viewer: Viewer): JsonObject | undefined => {
    const { name } = this.view(view)?.isSearched ? unwrapParams(params) : params;
    return typeof name === 'string' ? this.findTool(view, name, viewer) : undefined;
  };

  readonly items = (kind: ListKind, view: ViewName = 'all'): readonly CatalogItem[] => {
    const all = findView(this, view).list(kind);
    return all.map(({ entry, publicName, definition }) => ({
      kind,
      name: publicName,
      source: entry.source.id,
      originalName: entry.originalName,
      definition,
      minLevel: entry.minLevel,
      state: entry.source.state,
      ...(entry.target.org === undefined ? {} : { org: entry.target.org }),
    }));
  };

  /** Opens a source. Errors: `conflict` for an id in use, `invalid_params` for a malformed one. */
  open(spec: SourceSpec): SourceHandle {
    if (!/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/.test(spec.id)) {
      throw new SignalboxError('invalid_params', `"${spec.id}" cannot name a source; use a-z, 0-9 and "-"`);
    }
    if (this.#sources.has(spec.id)) {
      throw new SignalboxError(
        'conflict',
        `the source "${spec.id}" is already in the catalog; give the other one a name of its own`,
      );
    }
    const source = new Source(spec, () => this.#markStale());
    this.#sources.set(spec.id, source);
    this.#markStale();
    return {
      publish: (entries) => source.publish(entries),
      setState: (state) => source.setState(state),
      setExtensions: (extensions) => source.setExtensions(extensions),
      withdraw: () => this.#withdraw(source),
    };
  }

  #withdraw(source: Source): void {
    if (this.#sources.get(source.id) !== source) return;
    this.#sources.delete(source.id);
    this.#markStale();
  }

  #markStale(): void {
    this.#isStale = true;
    if (this.#isAnnouncing) return;
    this.#isAnnouncing = true;
    this.#parts.clock.after(announceDelayMs, () => this.#announce());
  }

  /** Builds the next snapshot when somebody looks: many changes in a row cost one build. */
  #refresh(): void {
    if (!this.#isStale) return;
    this.#isStale = false;
    this.#generation++;
    this.#views = this.#build();
  }

  #build(): ReadonlyMap<ViewName, View> {
    return buildViews([...this.#sources.values()], this.#parts.endpoints, this.#searchFront);
  }

  #announce(): void {
    this.#isAnnouncing = false;
    this.#refresh();
    const before = this.#announced;
    this.#announced = takeFingerprints(this.#views);
    this.#parts.events.publish(catalogChanged, {
      generation: this.#generation,
      changes: changesBetween(before, this.#announced),
    });
  }
}
