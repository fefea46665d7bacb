import { isJsonObject, type JsonObject } from '@signalbox/sdk';
import { isAtLeast, type LegacyVersion } from '../versions.ts';

/** Something with a name – a resource, template, prompt, or a program – without what a version does not know of it. */
export function toLegacyEntry(entry: JsonObject, version: LegacyVersion): JsonObject {
  if (isAtLeast(version, '2025-11-25')) return entry;
  const { icons: _icons, websiteUrl: _website, ...known } = entry;
  if (isAtLeast(version, '2025-06-18')) return known;
  const { title: _title, ...oldest } = known;
  const args = oldest['arguments'];
  return Array.isArray(args)
    ? { ...oldest, arguments: args.map((each) => (isJsonObject(each) ? withoutTitle(each) : each)) }
    : oldest;
}

function withoutTitle({ title: _title, ...rest }: JsonObject): JsonObject {
  return rest;
}
