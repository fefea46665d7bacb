import { uriTemplateMatcher } from '@signalbox/protocol';
import { isSignalboxError, type JsonObject, type ListKind, type ViewName } from '@signalbox/sdk';
import { readPrefixedUri } from './public-name.ts';
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
  /** Set for the view of one upstream: what it does not list may still be read there. */
  readonly #passThrough: Source | undefined;

  constructor(name: ViewName, entries: readonly ViewEntry[], passThrough?: Source) {
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
  }

  /** Every entry of a kind, unavailable ones included. */
  list(kind: ListKind): readonly ViewEntry[] {
    if (kind === 'template') return this.#templates;
    return [...this.#mapOf(kind).values()];
  }

  findTool(name: string): Found | undefined {
    return toFound(this.#tools.get(name));
  }

  findPrompt(name: string): Found | undefined {
    return toFound(this.#prompts.get(name));
  }

  /** The entry of a public tool name, for wires that need its definition. */
  toolEntry(name: string): ViewEntry | undefined {
    return this.#tools.get(name);
  }

  /** Finds who reads a URI: a listed resource, a template it fits, its prefixed form, or the one upstream of the view. */
  findResource(uri: string): Found | undefined {
    const listed = toFound(this.#resources.get(uri));
    if (listed) return listed;
    const template = this.#templates.find(({ matches }) => matches(uri));
    if (template) return { source: template.entry.source, originalName: uri, entry: template.entry };
    return this.#findPrefixed(uri) ?? this.#findUnlisted(uri);
  }

  /** Finds the template with this text, for completions. */
  findTemplate(uriTemplate: string): Found | undefined {
    return toFound(this.#templates.find(({ publicName }) => publicName === uriTemplate));
  }

  #findPrefixed(uri: string): Found | undefined {
    const read = readPrefixedUri(uri);
    const source = read && this.#sources.get(read.source);
    return source && { source, originalName: read.originalUri, entry: undefined };
  }

  #findUnlisted(uri: string): Found | undefined {
    return this.#passThrough && { source: this.#passThrough, originalName: uri, entry: undefined };
  }

  #mapOf(kind: 'tool' | 'prompt' | 'resource'): ReadonlyMap<string, ViewEntry> {
    return { tool: this.#tools, prompt: this.#prompts, resource: this.#resources }[kind];
  }
}

/** Orders by public name, by code unit: the same on every machine. */
export function byPublicName(a: ViewEntry, b: ViewEntry): number {
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
