import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type ListKind,
  type SourceEntry,
} from '@signalbox/sdk';

const maxNameLength = 256;
const maxUriLength = 8_192;

/** The member of a definition that names an entry of each kind. */
const nameMember: { readonly [kind in ListKind]: string } = {
  tool: 'name',
  prompt: 'name',
  resource: 'uri',
  template: 'uriTemplate',
};

/** What became of a list: the entries that can be offered, and why the others cannot. */
export interface ReadEntries {
  readonly entries: readonly SourceEntry[];
  readonly leftOut: readonly string[];
}

/** Makes catalog entries of an upstream's definitions, which stay as they are. What has no usable name is left out. */
export function toEntries(
  kind: ListKind,
  items: readonly JsonValue[],
  refuse: (definition: JsonObject) => string | undefined,
): ReadEntries {
  const entries = new Map<string, SourceEntry>();
  const leftOut: string[] = [];
  for (const item of items) {
    const definition = isJsonObject(item) ? item : {};
    const name = readName(kind, definition);
    const why =
      name === undefined ? 'it has no usable name' : (whyTwice(entries, name) ?? refuse(definition));
    if (name !== undefined && why === undefined) entries.set(name, { kind, name, definition });
    else
      leftOut.push(`${kind} ${JSON.stringify(definition[nameMember[kind]] ?? null).slice(0, 120)}: ${why}`);
  }
  return { entries: [...entries.values()], leftOut };
}

function readName(kind: ListKind, definition: JsonObject): string | undefined {
  const name = definition[nameMember[kind]];
  const maxLength = kind === 'tool' || kind === 'prompt' ? maxNameLength : maxUriLength;
  if (typeof name !== 'string' || name === '' || name.length > maxLength) return undefined;
  return /\p{Cc}/u.test(name) ? undefined : name;
}

function whyTwice(entries: ReadonlyMap<string, SourceEntry>, name: string): string | undefined {
  return entries.has(name) ? 'its name is there twice' : undefined;
}
