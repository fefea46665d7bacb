import { isJsonObject, type JsonObject, type JsonValue } from '@signalbox/sdk';
import type { CatalogEntry, Source } from './source.ts';

/** An entry with the name it has in one view. */
interface Named {
  readonly entry: CatalogEntry;
  readonly publicName: string;
}

/** The resources of each source that have another URI in a view than their own. Most views have none. */
export function renamedBySource(entries: readonly Named[]): ReadonlyMap<Source, ReadonlyMap<string, string>> {
  const renamed = new Map<Source, Map<string, string>>();
  for (const { entry, publicName } of entries) {
    if (entry.kind !== 'resource' || publicName === entry.originalName) continue;
    const own = renamed.get(entry.source) ?? new Map<string, string>();
    renamed.set(entry.source, own.set(entry.originalName, publicName));
  }
  return renamed;
}

/** A tool that names the page it is shown with (MCP Apps, `_meta.ui.resourceUri`), with the URI that page has here. */
export function renameToolPage(definition: JsonObject, uris: ReadonlyMap<string, string>): JsonObject {
  const meta = definition['_meta'];
  if (!isJsonObject(meta)) return definition;
  const { ui } = meta;
  const renamed: JsonObject = { ...meta };
  if (isJsonObject(ui)) renamed['ui'] = renameMember(ui, 'resourceUri', uris);
  return { ...definition, _meta: renameMember(renamed, 'ui/resourceUri', uris) };
}

/** A result with the URIs its source's resources have here: links and embedded resources, of tools, prompts and resources. */
export function renameUris(result: JsonObject, uris: ReadonlyMap<string, string>): JsonObject {
  const renamed: JsonObject = { ...result };
  if (Array.isArray(result['content']))
    renamed['content'] = result['content'].map((block) => renameBlock(block, uris));
  if (Array.isArray(result['messages']))
    renamed['messages'] = result['messages'].map((message) => renameMessage(message, uris));
  if (Array.isArray(result['contents']))
    renamed['contents'] = result['contents'].map((each) =>
      isJsonObject(each) ? renameMember(each, 'uri', uris) : each,
    );
  return renamed;
}

function renameMessage(message: JsonValue, uris: ReadonlyMap<string, string>): JsonValue {
  return isJsonObject(message)
    ? { ...message, content: renameBlock(message['content'] ?? null, uris) }
    : message;
}

function renameBlock(block: JsonValue, uris: ReadonlyMap<string, string>): JsonValue {
  if (!isJsonObject(block)) return block;
  if (block['type'] === 'resource_link') return renameMember(block, 'uri', uris);
  const { resource } = block;
  if (block['type'] !== 'resource' || !isJsonObject(resource)) return block;
  return { ...block, resource: renameMember(resource, 'uri', uris) };
}

function renameMember(value: JsonObject, member: string, uris: ReadonlyMap<string, string>): JsonObject {
  const given = value[member];
  const renamed = typeof given === 'string' ? uris.get(given) : undefined;
  return renamed === undefined ? value : { ...value, [member]: renamed };
}
