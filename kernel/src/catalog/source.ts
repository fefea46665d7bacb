import type { Target } from '@signalbox/policy';
import {
  isJsonObject,
  type JsonObject,
  type Level,
  type ListKind,
  type SourceEntry,
  type SourceSpec,
  type SourceState,
} from '@signalbox/sdk';

/** One entry of the catalog with its identity: (source, original name) never changes, the public name may. */
export interface CatalogEntry {
  readonly kind: ListKind;
  readonly source: Source;
  readonly originalName: string;
  readonly definition: JsonObject;
  readonly minLevel: Level;
  /** The entry as a decision sees it. */
  readonly target: Target;
}

/** A source as the catalog keeps it. */
export class Source {
  readonly spec: SourceSpec;
  readonly #onChange: (source: Source) => void;
  #entries: readonly CatalogEntry[] = [];
  #state: SourceState = { status: 'connecting' };
  #extensions: JsonObject = {};

  constructor(spec: SourceSpec, onChange: (source: Source) => void) {
    this.spec = spec;
    this.#onChange = onChange;
  }

  get id(): string {
    return this.spec.id;
  }

  get state(): SourceState {
    return this.#state;
  }

  /** The protocol extensions it offers. */
  get extensions(): JsonObject {
    return this.#extensions;
  }

  get entries(): readonly CatalogEntry[] {
    return this.#entries;
  }

  /** Replaces everything the source offers. The first entry of a kind and name wins. */
  publish(entries: readonly SourceEntry[]): void {
    const seen = new Set<string>();
    this.#entries = entries
      .filter(({ kind, name }) => !seen.has(`${kind}\0${name}`) && seen.add(`${kind}\0${name}`))
      .map((entry) => this.#toEntry(entry));
    this.#onChange(this);
  }

  /** What it does not list may still be read there. */
  unlisted(uri: string): Target {
    return { ...this.#owner, kind: 'resource', source: this.id, name: uri, minLevel: this.spec.minLevel };
  }

  setExtensions(extensions: JsonObject): void {
    this.#extensions = extensions;
  }

  setState(state: SourceState): void {
    const isSame = state.status === this.#state.status && reasonOf(state) === reasonOf(this.#state);
    this.#state = state;
    if (!isSame) this.#onChange(this);
  }

  get #owner(): Pick<Target, 'org'> {
    const { org } = this.spec;
    return org === undefined ? {} : { org };
  }

  #toEntry({ kind, name, definition, minLevel = this.spec.minLevel }: SourceEntry): CatalogEntry {
    const annotations = kind === 'tool' ? definition['annotations'] : undefined;
    const target = {
      ...this.#owner,
      kind: kind === 'template' ? ('resource' as const) : kind,
      source: this.id,
      name,
      minLevel,
      ...(isJsonObject(annotations) ? { annotations } : {}),
    };
    return { kind, source: this, originalName: name, definition, minLevel, target };
  }
}

function reasonOf(state: SourceState): string | undefined {
  return state.status === 'unavailable' ? state.reason : undefined;
}
