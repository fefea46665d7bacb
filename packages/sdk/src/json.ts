/** A value that survives JSON: what crosses every border of the hub. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [member: string]: JsonValue };

/** A JSON object; unknown members are kept wherever it travels. */
export type JsonObject = { [member: string]: JsonValue };

/** True for a plain JSON object, false for arrays, null and scalars. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
