import { isJsonObject, type JsonObject, type JsonValue } from '@signalbox/sdk';
import { isAtLeast, type LegacyVersion } from '../versions.ts';

/**
 * A neutral result as a legacy client of the given version can take it: modern members are removed,
 * and content types the version does not know become text (protocol brief §2.3).
 */
export function toLegacyResult(
  value: JsonObject,
  version: LegacyVersion,
  { wrapsOutput = false }: { readonly wrapsOutput?: boolean } = {},
): JsonObject {
  const { ttlMs: _ttl, cacheScope: _scope, ...rest } = value;
  if (isAtLeast(version, '2025-06-18')) return wrapStructured(rest, wrapsOutput);
  const { structuredContent: _structured, ...plain } = rest;
  const { content, messages } = plain;
  return {
    ...plain,
    ...(Array.isArray(content) ? { content: content.map((block) => downgradeContent(block, version)) } : {}),
    ...(Array.isArray(messages)
      ? { messages: messages.map((message) => downgradeMessage(message, version)) }
      : {}),
  };
}

/** Structured output is an object up to 2025-11-25; anything else goes as its `result`, as the tool's schema is shown. */
function wrapStructured(value: JsonObject, wrapsOutput: boolean): JsonObject {
  const { structuredContent } = value;
  if (structuredContent === undefined || (!wrapsOutput && isJsonObject(structuredContent))) return value;
  return { ...value, structuredContent: { result: structuredContent } };
}

/** A message of a prompt holds one block. */
function downgradeMessage(message: JsonValue, version: LegacyVersion): JsonValue {
  if (!isJsonObject(message) || message['content'] === undefined) return message;
  return { ...message, content: downgradeContent(message['content'], version) };
}

function downgradeContent(block: JsonValue, version: LegacyVersion): JsonValue {
  if (!isJsonObject(block)) return block;
  if (block['type'] === 'resource_link')
    return { type: 'text', text: `${textOf(block['name'])} ${textOf(block['uri'])}`.trim() };
  if (block['type'] === 'audio' && !isAtLeast(version, '2025-03-26')) {
    return { type: 'text', text: `[audio, ${textOf(block['mimeType']) || 'unknown type'}]` };
  }
  return block;
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
