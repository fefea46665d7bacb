import { isJsonObject, type JsonObject, type JsonValue } from '@signalbox/sdk';

/** A value as it stands in a path, query or form: text as it is, everything else as JSON writes it. */
export function primitiveText(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** An object with members; a number that is kept as its own text is one only to `typeof`. */
export function isPlainObject(value: JsonValue | undefined): value is JsonObject {
  return (
    isJsonObject(value) && !(JSON as unknown as { isRawJSON: (value: object) => boolean }).isRawJSON(value)
  );
}
