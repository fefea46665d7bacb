import { type ParamHeader, readParamHeaders } from '@signalbox/protocol';
import type { JsonObject } from '@signalbox/sdk';

const none: readonly ParamHeader[] = [];

/** Reads which parameters of a tool are mirrored into headers; each definition is read once. */
export class ToolHeaders {
  readonly #byDefinition = new WeakMap<JsonObject, readonly ParamHeader[]>();

  of(definition: JsonObject | undefined): readonly ParamHeader[] {
    if (!definition) return none;
    const known = this.#byDefinition.get(definition);
    if (known) return known;
    const read = readParamHeaders(definition['inputSchema']);
    const headers = read.isValid ? read.headers : none;
    this.#byDefinition.set(definition, headers);
    return headers;
  }
}
