import { uriTemplateMatcher } from '@signalbox/protocol';
import {
  type CallKind,
  type EntryIdentity,
  isSignalboxError,
  type JsonObject,
  type ListKind,
  type ViewName,
} from '@signalbox/sdk';
import { readPrefixedUri } from './public-name.ts';
import { renamedBySource } from './renamed-uris.ts';
import type { CatalogEntry, Source } from './source.ts';

/** An entry under the name it has in one view. */
export interface ViewEntry {
  readonly entry: CatalogEntry;
  readonly publicName: string;
  /** The definition with the public name in it. */
  readonly definition: JsonObject;
}

interface ViewTemplate extends ViewEntry {
  readonly matches: (uri: string) => boolean;
}

/** Where a call's target was found: its source, the source's own name for it, and its entry when it is listed. */
export interface Found {
  readonly source: Source;
  readonly originalName: string;
  readonly entry: CatalogEntry | undefined;
}

/** One immutable slice of the catalog. Every list is in the order of the public names. */
export class View {
  readonly name: ViewName;
  readonly #tools: ReadonlyMap<string, ViewEntry>;
  readonly #prompts: ReadonlyMap<string, ViewEntry>;
  readonly #resources: ReadonlyMap<string, ViewEntry>;
  readonly #templates: readonly ViewTemplate[];
  readonly #sources: ReadonlyMap<string, Source>;
  readonly #renamed: ReadonlyMap<Source, ReadonlyMap<string, string>>;
  /** Set for the view of one upstream: what it does not list may still be read there. */
  readonly #passThrough: Source | undefined;
  /** Tools that are listed instead of the others; empty where all are listed. */
  readonly #front: ReadonlyMap<string, ViewEntry>;

  constructor(
    name: ViewName,
    entries: readonly ViewEntry[],
    { passThrough, front = [] }: { passThrough?: Source; front?: readonly ViewEntry[] } = {},
  ) {
    this.name = name;
    this.#tools = byName(entries, 'tool');
    this.#prompts = byName(entries, 'prompt');
    this.#resources = byName(entries, 'resource');
    this.#templates = entries
      .filter(({ entry }) => entry.kind === 'template')
      .flatMap(toTemplate)
      .sort(byPublicName);
    this.#sources = new Map(entries.map(({ entry }) => [entry.source.id, entry.source]));
    this.#passThrough = passThrough;
    this.#front = byName(front, 'tool');
    this.#renamed = renamedBySource(entries);
  }

  /** The protocol extensions of its sources, each with the settings of the first that offers it. */
  get extensions(): JsonObject {
    const sources = this.#passThrough ? [this.#passThrough] : [...this.#sources.values()];
    return Object.assign({}, ...sources.map(({ extensions }) => extensions).reverse()) as JsonObject;
  }

  /** The URIs of a source that have another name here, by its own; undefined when all keep theirs. */
  renamedUris(source: Source): ReadonlyMap<string, string> | undefined {
    return this.#renamed.get(source);
  }

  /** True when its tools are found by searching, and its list shows only what searches. */
  get isSearched(): boolean {
    return this.#front.size > 0;
  }

  /** Every entry of a kind as lists show it, unavailable ones included. */
  list(kind: ListKind): readonly ViewEntry[] {
    if (kind === 'tool' && this.isSearched) return [...this.#front.values()];
    if (kind === 'template') return this.#templates;
    return [...this.#mapOf(kind).values()];
  }

  findTool(name: string): Found | undefined {
    return toFound(this.toolEntry(name));
  }

  /** Every tool that leads to a source, listed or only to be found by searching. */
  callableTools(): readonly ViewEntry[] {
    return [...this.#tools.values()];
  }

  /** One of {@link callableTools} by its public name. */
  callableTool(name: string): ViewEntry | undefined {
    return this.#tools.get(name);
  }

  findPrompt(name: string): Found | undefined {
    return toFound(this.#prompts.get(name));
  }

  /** The entry of a public tool name, for wires that need its definition. */
  toolEntry(name: string): ViewEntry | undefined {
    return this.#front.get(name) ?? this.#tools.get(name);
  }

  /** Finds who reads a URI: a listed resource, its prefixed form, a template it fits, or the one upstream of the view. */
  findResource(uri: string): Found | undefined {
    const listed = toFound(this.#resources.get(uri));
    if (listed) return listed;
    const prefixed = readPrefixedUri(uri);
    const source = prefixed && this.#sources.get(prefixed.source);
    if (prefixed && source) return this.#findOwn(source, prefixed.originalUri);
    return this.#findByTemplate(this.#templates, uri) ?? this.#findUnlisted(this.#passThrough, uri);
  }

  /** Finds what a call was for by its identity, which outlives every name; what has left the view is not found. */
  findIdentity(kind: CallKind, { source, originalName }: EntryIdentity): Found | undefined {
    const own =
      this.#sources.get(source) ?? (this.#passThrough?.id === source ? this.#passThrough : undefined);
    if (!own) return undefined;
    if (kind === 'resource' || kind === 'subscription') return this.#findOwn(own, originalName);
    if (kind === 'completion') return undefined;
    const named = kind === 'tool' ? this.#tools : this.#prompts;
    for (const each of named.values()) {
      if (each.entry.source === own && each.entry.originalName === originalName) return toFound(each);
    }
    return undefined;
  }

  /** Finds the template with this text, for completions. */
  findTemplate(uriTemplate: string): Found | undefined {
    return toFound(this.#templates.find(({ publicName }) => publicName === uriTemplate));
  }

  /** Finds a source's resource by its own URI, so that its level and the view's choice hold under every name. */
  #findOwn(source: Source, originalUri: string): Found | undefined {
    const isOwn = ({ entry }: ViewEntry): boolean => entry.source === source;
    const listed = [...this.#resources.values()].find(
      (each) => isOwn(each) && each.entry.originalName === originalUri,
    );
    const isWhole = this.name === 'all' && source.spec.kind === 'upstream';
    return (
      toFound(listed) ??
      this.#findByTemplate(this.#templates.filter(isOwn), originalUri) ??
      this.#findUnlisted(isWhole ? source : this.#passThrough, originalUri)
    );
  }

  #findByTemplate(templates: readonly ViewTemplate[], uri: string): Found | undefined {
    const template = templates.find(({ matches }) => matches(uri));
    return template && { source: template.entry.source, originalName: uri, entry: template.entry };
  }

  #findUnlisted(source: Source | undefined, uri: string): Found | undefined {
    return source && { source, originalName: uri, entry: undefined };
  }

  #mapOf(kind: 'tool' | 'prompt' | 'resource'): ReadonlyMap<string, ViewEntry> {
    return { tool: this.#tools, prompt: this.#prompts, resource: this.#resources }[kind];
  }
}

/** Orders by public name, by code unit: the same on every machine. */
function byPublicName(a: ViewEntry, b: ViewEntry): number {
  return a.publicName < b.publicName ? -1 : a.publicName > b.publicName ? 1 : 0;
}

function byName(entries: readonly ViewEntry[], kind: ListKind): ReadonlyMap<string, ViewEntry> {
  const own = entries.filter(({ entry }) => entry.kind === kind).sort(byPublicName);
  return new Map(own.map((each) => [each.publicName, each]));
}

function toTemplate(each: ViewEntry): ViewTemplate[] {
  try {
    return [{ ...each, matches: uriTemplateMatcher(each.entry.originalName) }];
  } catch (error) {
    if (isSignalboxError(error)) return [];
    throw error;
  }
}

function toFound(each: ViewEntry | undefined): Found | undefined {
  return each && { source: each.entry.source, originalName: each.entry.originalName, entry: each.entry };
}
