import { type ParamHeader, type ParamHeaders, readParamHeaders } from '@signalbox/protocol';
import { isJsonObject, type JsonObject, type JsonValue } from '@signalbox/sdk';

const none: readonly ParamHeader[] = [];

/** Reads which parameters of a tool are mirrored into headers; each definition is read once. */
export class ToolHeaders {
  readonly #byDefinition = new WeakMap<JsonObject, ParamHeaders>();

  of(definition: JsonObject | undefined): readonly ParamHeader[] {
    if (!definition) return none;
    const read = this.#read(definition);
    return read.isValid ? read.headers : none;
  }

  /**
   * A list of tools as a modern client may see it: core tasks are a matter of the legacy era, and over HTTP a tool whose
   * marks are broken cannot be called (2026-07-28, transports/streamable-http, "Schema Extension").
   */
  shownTo(list: JsonObject, hasHeaders: boolean): JsonObject {
    const { tools } = list;
    if (!Array.isArray(tools)) return list;
    const callable = hasHeaders ? tools.filter((tool) => this.#isCallable(tool)) : tools;
    return { ...list, tools: callable.map(withoutExecution) };
  }

  #isCallable(tool: JsonValue): boolean {
    return !isJsonObject(tool) || this.#read(tool).isValid;
  }

  #read(definition: JsonObject): ParamHeaders {
    const known = this.#byDefinition.get(definition);
    if (known) return known;
    const read = readParamHeaders(definition['inputSchema']);
    this.#byDefinition.set(definition, read);
    return read;
  }
}

function withoutExecution(tool: JsonValue): JsonValue {
  if (!isJsonObject(tool) || !('execution' in tool)) return tool;
  const { execution: _execution, ...rest } = tool;
  return rest;
}
