/** A value that survives JSON: what crosses every border of the hub. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [member: string]: JsonValue };

/** A JSON object; unknown members are kept wherever it travels. */
export type JsonObject = { [member: string]: JsonValue };

/** True for a plain JSON object, false for arrays, null and scalars, a number kept as its own text among them. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isRawJson(value);
}

/** Numbers a double cannot hold travel as objects of the language; to JSON they are scalars. */
const isRawJson = (JSON as unknown as { isRawJSON?: (value: object) => boolean }).isRawJSON ?? (() => false);
