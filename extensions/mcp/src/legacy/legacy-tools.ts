import { hasWrappedOutput, isAtLeast, type LegacyVersion, toLegacyTool } from '@signalbox/protocol';
import { type CatalogReader, isJsonObject, type JsonObject, type JsonValue } from '@signalbox/sdk';
import type { LegacyPlace } from './legacy-place.ts';

/** Tools as legacy clients see them; each definition is translated once for each version that asks. */
export class LegacyTools {
  readonly #byVersion = new Map<LegacyVersion, WeakMap<JsonObject, JsonObject>>();

  /** A list of tools for a client of this version. */
  listFor(list: JsonObject, version: LegacyVersion): JsonObject {
    const { tools } = list;
    return Array.isArray(tools)
      ? { ...list, tools: tools.map((tool) => this.#translate(tool, version)) }
      : list;
  }

  /** True when what the tool of this call gives is shown wrapped to legacy clients. */
  wraps(catalog: CatalogReader, place: LegacyPlace, params: JsonObject): boolean {
    const definition = catalog.calledTool(place.view, params, place);
    return definition !== undefined && hasWrappedOutput(definition);
  }

  #translate(tool: JsonValue, version: LegacyVersion): JsonValue {
    if (!isJsonObject(tool)) return tool;
    const known = this.#byVersion.get(version) ?? new WeakMap<JsonObject, JsonObject>();
    this.#byVersion.set(version, known);
    const translated = known.get(tool) ?? offerAsTask(toLegacyTool(tool, version), version);
    known.set(tool, translated);
    return translated;
  }
}

/** Every tool may be called as a task of the hub's, and none has to: the hub waits for those who cannot. */
function offerAsTask(tool: JsonObject, version: LegacyVersion): JsonObject {
  if (!isAtLeast(version, '2025-11-25')) return tool;
  const execution = isJsonObject(tool['execution']) ? tool['execution'] : {};
  return { ...tool, execution: { ...execution, taskSupport: 'optional' } };
}
