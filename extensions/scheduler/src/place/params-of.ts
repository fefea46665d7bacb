import { isJsonObject, type JsonObject } from '@signalbox/sdk';

/** The params of a run: those of its pipeline, with others in their place. */
export function paramsOf({ params }: JsonObject, others: JsonObject = {}): JsonObject {
  return { ...(isJsonObject(params) ? params : {}), ...others };
}
