import {
  hasWrappedOutput,
  isAtLeast,
  type LegacyVersion,
  toLegacyDefinition,
  toLegacyTool,
} from '@signalbox/protocol';
import {
  type CatalogReader,
  effectiveLevel,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from '@signalbox/sdk';
import type { LegacyPlace } from './legacy-place.ts';

/** Lists as legacy clients see them; each definition is translated once for each version that asks. */
export class LegacyLists {
  readonly #byVersion = new Map<LegacyVersion, WeakMap<JsonObject, JsonObject>>();

  /** A list for a client of this version; `member` holds its items. */
  listFor(list: JsonObject, member: string, version: LegacyVersion): JsonObject {
    const items = list[member];
    const translate = member === 'tools' ? toolFor : toLegacyDefinition;
    return Array.isArray(items)
      ? { ...list, [member]: items.map((item) => this.#once(item, version, translate)) }
      : list;
  }

  /** True when what the tool of this call gives is shown wrapped to legacy clients. */
  wraps(
    catalog: CatalogReader,
    { view, principal, interface: through }: LegacyPlace,
    params: JsonObject,
  ): boolean {
    const name = typeof params['name'] === 'string' ? params['name'] : '';
    const definition = catalog.findTool(view, name, effectiveLevel(principal, through));
    return definition !== undefined && hasWrappedOutput(definition);
  }

  #once(item: JsonValue, version: LegacyVersion, translate: typeof toolFor): JsonValue {
    if (!isJsonObject(item)) return item;
    const known = this.#byVersion.get(version) ?? new WeakMap<JsonObject, JsonObject>();
    this.#byVersion.set(version, known);
    const translated = known.get(item) ?? translate(item, version);
    known.set(item, translated);
    return translated;
  }
}

function toolFor(tool: JsonObject, version: LegacyVersion): JsonObject {
  return offerAsTask(toLegacyTool(tool, version), version);
}

/** Every tool may be called as a task of the hub's, and none has to: the hub waits for those who cannot. */
function offerAsTask(tool: JsonObject, version: LegacyVersion): JsonObject {
  if (!isAtLeast(version, '2025-11-25')) return tool;
  const execution = isJsonObject(tool['execution']) ? tool['execution'] : {};
  return { ...tool, execution: { ...execution, taskSupport: 'optional' } };
}
