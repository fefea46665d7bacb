import { isJsonObject, type JsonValue } from '@signalbox/sdk';
import { nodesAt } from './describe-issues.ts';

/** The paths of what stands in the settings where the schema takes a secret (`writeOnly`), however it was written. */
export function secretPaths(value: JsonValue, schema: object, path: readonly string[] = []): string[] {
  const isBranch = isJsonObject(value) || Array.isArray(value);
  if (isBranch)
    return Object.entries(value).flatMap(([key, item]) => secretPaths(item, schema, [...path, key]));
  return nodesAt(schema, path).some((node) => node['writeOnly'] === true) ? [path.join('.')] : [];
}
