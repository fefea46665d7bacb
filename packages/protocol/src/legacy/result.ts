import { isJsonObject, type JsonObject, type JsonValue } from '@signalbox/sdk';
import { listMethods } from '../methods.ts';
import { isAtLeast, type LegacyVersion } from '../versions.ts';
import { toLegacyContent } from './content.ts';
import { toLegacyEntry } from './entry.ts';

/** What is known of a result besides itself. */
export interface LegacyResultOptions {
  /** True when the tool's output is shown wrapped in an object: see {@link hasWrappedOutput}. */
  readonly wrapsOutput?: boolean;
}

/**
 * A neutral result as a legacy client of the given version can take it: modern members are removed, and what the
 * version does not know is left out or becomes text (protocol brief §2.3).
 */
export function toLegacyResult(
  method: string,
  value: JsonObject,
  version: LegacyVersion,
  { wrapsOutput = false }: LegacyResultOptions = {},
): JsonObject {
  const { ttlMs: _ttl, cacheScope: _scope, ...rest } = value;
  if (method === 'tools/call') return toLegacyOutput(rest, version, wrapsOutput);
  if (method === 'prompts/get') return toLegacyPrompt(rest, version);
  if (method === 'initialize') return toLegacyIntroduction(rest, version);
  return toLegacyList(method, rest, version);
}

function toLegacyOutput(value: JsonObject, version: LegacyVersion, wrapsOutput: boolean): JsonObject {
  if (isAtLeast(version, '2025-06-18')) return wrapStructured(value, wrapsOutput);
  const { structuredContent, ...plain } = value;
  const { content } = plain;
  if (!Array.isArray(content))
    return structuredContent === undefined ? plain : { ...plain, content: asText(structuredContent) };
  return { ...plain, content: content.map((block) => toLegacyContent(block, version)) };
}

/** Structured output is an object up to 2025-11-25; anything else goes as its `result`, as the tool's schema is shown. */
function wrapStructured(value: JsonObject, wrapsOutput: boolean): JsonObject {
  const { structuredContent } = value;
  if (structuredContent === undefined || (!wrapsOutput && isJsonObject(structuredContent))) return value;
  return { ...value, structuredContent: { result: structuredContent } };
}

function asText(value: JsonValue): JsonValue {
  return [{ type: 'text', text: JSON.stringify(value) }];
}

function toLegacyPrompt(value: JsonObject, version: LegacyVersion): JsonObject {
  const { messages } = value;
  if (isAtLeast(version, '2025-06-18') || !Array.isArray(messages)) return value;
  const translated = messages.map((message) =>
    isJsonObject(message) && message['content'] !== undefined
      ? { ...message, content: toLegacyContent(message['content'], version) }
      : message,
  );
  return { ...value, messages: translated };
}

function toLegacyIntroduction(value: JsonObject, version: LegacyVersion): JsonObject {
  const { serverInfo } = value;
  return isJsonObject(serverInfo) ? { ...value, serverInfo: toLegacyEntry(serverInfo, version) } : value;
}

/** Tools are translated one by one, and kept: {@link toLegacyTool}. */
function toLegacyList(method: string, value: JsonObject, version: LegacyVersion): JsonObject {
  const member = Object.hasOwn(listMethods, method) ? listMethods[method]?.member : undefined;
  if (member === undefined || member === 'tools' || isAtLeast(version, '2025-11-25')) return value;
  const entries = value[member];
  if (!Array.isArray(entries)) return value;
  return {
    ...value,
    [member]: entries.map((entry) => (isJsonObject(entry) ? toLegacyEntry(entry, version) : entry)),
  };
}
