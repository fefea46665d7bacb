import { isJsonObject, type JsonObject, type JsonValue } from '@signalbox/sdk';

/** A value as it stands in a path, query or form: text as it is, everything else as JSON writes it. */
export function primitiveText(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** An object with members; a number that is kept as its own text is none. */
export function isPlainObject(value: JsonValue | undefined): value is JsonObject {
  return isJsonObject(value);
}

/** A number that a double cannot hold, kept as its own text. */
export function isLongNumber(value: JsonValue | undefined): value is JsonObject {
  return (JSON as unknown as { isRawJSON: (value: unknown) => boolean }).isRawJSON(value);
}
