import { isJsonObject, type JsonValue } from '@signalbox/sdk';
import { isAtLeast, type LegacyVersion } from '../versions.ts';

/** One block of content; a type the version does not know becomes text that says what was there. */
export function toLegacyContent(block: JsonValue, version: LegacyVersion): JsonValue {
  if (!isJsonObject(block)) return block;
  if (block['type'] === 'resource_link' && !isAtLeast(version, '2025-06-18'))
    return { type: 'text', text: `${textOf(block['name'])} ${textOf(block['uri'])}`.trim() };
  if (block['type'] === 'audio' && !isAtLeast(version, '2025-03-26'))
    return { type: 'text', text: `[audio, ${textOf(block['mimeType']) || 'unknown type'}]` };
  return block;
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
