import { isJsonObject, type JsonObject, type JsonValue } from '@signalbox/sdk';
import { isAtLeast, type LegacyVersion } from '../versions.ts';
import { toLegacyContent } from './content.ts';
import { toLegacyForm } from './form.ts';
import { toLegacyTool } from './tool.ts';
import { unknownTo } from './unknown-to.ts';

/**
 * The parameters of a request to a client, put as its version knows them; others are given as they are.
 * Errors: `missing_capability` for what cannot be put in that version's words.
 */
export function toLegacyQuestion(method: string, params: JsonObject, version: LegacyVersion): JsonObject {
  const isNewest = isAtLeast(version, '2025-11-25');
  if (method === 'elicitation/create') return isNewest ? params : toLegacyElicitation(params, version);
  if (method === 'sampling/createMessage')
    return isNewest ? withToolsAsObjects(params, version) : toLegacySampling(params, version);
  return params;
}

/** Forms are known from 2025-06-18, pages to visit from 2025-11-25 (client/elicitation). */
function toLegacyElicitation(params: JsonObject, version: LegacyVersion): JsonObject {
  if (!isAtLeast(version, '2025-06-18')) throw unknownTo(version, 'it cannot be asked with a form');
  if (params['mode'] === 'url') throw unknownTo(version, 'it cannot be sent to a page');
  const { mode: _mode, task: _task, requestedSchema, ...rest } = params;
  if (!isJsonObject(requestedSchema)) return params;
  return { ...rest, requestedSchema: toLegacyForm(requestedSchema, version) };
}

/** Tools, and several blocks in a message, are known from 2025-11-25 (client/sampling). */
function toLegacySampling(params: JsonObject, version: LegacyVersion): JsonObject {
  if (params['tools'] !== undefined || params['toolChoice'] !== undefined)
    throw unknownTo(version, 'it cannot let a model use tools');
  const { task: _task, messages, ...rest } = params;
  if (!Array.isArray(messages)) return params;
  return { ...rest, messages: messages.flatMap((message) => toLegacyMessages(message, version)) };
}

/** A message of several blocks becomes as many messages of the same role. */
function toLegacyMessages(message: JsonValue, version: LegacyVersion): JsonValue[] {
  if (!isJsonObject(message)) return [message];
  const { content = null } = message;
  const blocks = Array.isArray(content) ? content : [content];
  return blocks.map((block) => {
    if (isJsonObject(block) && (block['type'] === 'tool_use' || block['type'] === 'tool_result'))
      throw unknownTo(version, 'it cannot let a model use tools');
    return { ...message, content: toLegacyContent(block, version) };
  });
}

/** What tools gave and promise is an object up to 2025-11-25, also where a model is told of them. */
function withToolsAsObjects(params: JsonObject, version: LegacyVersion): JsonObject {
  const { tools, messages } = params;
  if (tools === undefined && !Array.isArray(messages)) return params;
  return {
    ...params,
    ...(Array.isArray(tools)
      ? { tools: tools.map((tool) => (isJsonObject(tool) ? toLegacyTool(tool, version) : tool)) }
      : {}),
    ...(Array.isArray(messages) ? { messages: messages.map(withOutputAsObject) } : {}),
  };
}

function withOutputAsObject(message: JsonValue): JsonValue {
  if (!isJsonObject(message)) return message;
  const { content = null } = message;
  const shown = Array.isArray(content) ? content.map(wrapOutput) : wrapOutput(content);
  return { ...message, content: shown };
}

function wrapOutput(block: JsonValue): JsonValue {
  if (!isJsonObject(block) || block['type'] !== 'tool_result') return block;
  const { structuredContent } = block;
  return structuredContent === undefined || isJsonObject(structuredContent)
    ? block
    : { ...block, structuredContent: { result: structuredContent } };
}
