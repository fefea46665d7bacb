import type { Invoke, ListKind, ViewName } from './call.ts';
import { defineTopic } from './events.ts';
import type { JsonObject } from './json.ts';
import type { Level, Principal, Viewer } from './principal.ts';
import { defineService } from './service-token.ts';

/** One thing a source offers, as MCP defines it; unknown members are kept. */
export interface SourceEntry {
  readonly kind: ListKind;
  /** Tool or prompt name, resource URI, or URI template, as the source gave it. */
  readonly name: string;
  readonly definition: JsonObject;
  /** The lowest effective level that may use it; the source's own level where absent. */
  readonly minLevel?: Level;
}

/** Whether a source can be called now. `connecting` entries are listed; a call waits for them. */
export type SourceState =
  | { readonly status: 'available' }
  | { readonly status: 'connecting' }
  | { readonly status: 'unavailable'; readonly reason: string };

/** What a source is. Its id is the upstream's or extension's name and part of every identity. */
export interface SourceSpec {
  readonly id: string;
  readonly kind: 'upstream' | 'extension';
  /** Whose it is; absent when every organization of the hub shares it. */
  readonly org?: string;
  readonly minLevel: Level;
  readonly invoke: Invoke;
  /** Longest time one call may take. */
  readonly timeoutMs?: number;
  /** Most calls at once; more wait, then are refused with `rate_limited`. */
  readonly maxConcurrentCalls?: number;
  /** True when it heeds `needsOwnAccount` of an invocation; calls that a rule binds to it are refused without. */
  readonly usesAccounts?: boolean;
}

/** A source's hold on its part of the catalog. Withdrawn when its extension stops. */
export interface SourceHandle {
  /** Replaces everything the source offers. */
  readonly publish: (entries: readonly SourceEntry[]) => void;
  readonly setState: (state: SourceState) => void;
  /** Says which protocol extensions the source offers, each with its settings, as in MCP capabilities. */
  readonly setExtensions: (extensions: JsonObject) => void;
  readonly withdraw: () => void;
}

/** Opens sources. Errors: `conflict` for an id in use, `invalid_params` for a malformed one. */
export interface Sources {
  readonly open: (spec: SourceSpec) => SourceHandle;
}

/** One entry with its identity, for those who administer rather than call. */
export interface CatalogItem {
  readonly kind: ListKind;
  /** The name in the whole catalog. */
  readonly name: string;
  readonly source: string;
  readonly originalName: string;
  readonly definition: JsonObject;
  readonly minLevel: Level;
  readonly state: SourceState;
  /** Whose it is; absent when every organization of the hub shares it. */
  readonly org?: string;
}

/** Reads the catalog whole, unavailable entries with their reason included. */
export interface CatalogReader {
  readonly generation: () => number;
  /** What a view lists, everything where none is named. Errors: `not_found` for the view. */
  readonly items: (kind: ListKind, view?: ViewName) => readonly CatalogItem[];
  readonly views: () => readonly ViewName[];
  /** The URI a source's resource has in a view. */
  readonly uriIn: (view: ViewName, source: string, uri: string) => string;
  /** The protocol extensions of the sources in a view, each with the settings of the first that offers it. */
  readonly extensions: (view: ViewName) => JsonObject;
  /** Whether somebody may see an entry in lists, also one that is gone. */
  readonly mayShow: (entry: ChangedEntry, viewer: Viewer) => boolean;
  /** Whether somebody may still use a source's resource in a view: what updates of it are told by. */
  readonly mayUseResource: (view: ViewName, source: string, uri: string, viewer: Viewer) => boolean;
  /** The definition of a tool as a view shows it to somebody. */
  readonly findTool: (view: ViewName, name: string, viewer: Viewer) => JsonObject | undefined;
  /** The definition of the tool a `tools/call` with these parameters runs; for `call_tool` of a searched endpoint the one it names. */
  readonly calledTool: (view: ViewName, params: JsonObject, viewer: Viewer) => JsonObject | undefined;
}

/** The kernel offers the catalog under this token. */
export const catalogReader = defineService<CatalogReader>('catalog', { inProcess: true });

/** An entry that has come, gone or changed, as far as it matters to who may see it. */
export interface ChangedEntry {
  readonly kind: 'tool' | 'resource' | 'prompt';
  readonly source: string;
  /** Whose it is; absent when every organization of the hub shares it. */
  readonly org?: string;
  /** The source's own name for it. */
  readonly name: string;
  readonly minLevel: Level;
  readonly annotations?: JsonObject;
}

/** Published after a new snapshot of the catalog is in force: which lists of which views changed, and by what. */
export const catalogChanged = defineTopic<{
  readonly generation: number;
  readonly changes: readonly {
    readonly view: ViewName;
    readonly changed: { readonly [kind in ListKind]?: readonly ChangedEntry[] };
  }[];
}>('catalog.changed');

/** The content of a resource changed. */
export interface ResourceUpdate {
  readonly source: string;
  /** The source's own. */
  readonly uri: string;
  /** Whose it is: only their people are told. Absent means those of every organization. */
  readonly org?: string;
  /** Whose it is: only they are told. Absent means everybody who watches it. */
  readonly only?: Pick<Principal, 'org' | 'kind' | 'id'>;
}

/** Published by a source when the content of a resource changed. */
export const resourceUpdated = defineTopic<ResourceUpdate>('resource.updated');
