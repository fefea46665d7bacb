import { messageBounds, parseJsonText } from '@signalbox/protocol';
import {
  isJsonObject,
  isSignalboxError,
  type JsonObject,
  type JsonValue,
  SignalboxError,
} from '@signalbox/sdk';

const maxFields = 1_000;

/** The kinds of bodies that are taken. */
export type BodyKind = 'json' | 'form';

/** What a body is by its media type; undefined for what is not taken. */
export function bodyKindOf(contentType: string | undefined): BodyKind | undefined {
  const type = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase();
  if (type === 'application/json' || type?.endsWith('+json')) return 'json';
  return type === 'application/x-www-form-urlencoded' ? 'form' : undefined;
}

/**
 * The payload of a body whose signature is good. A form is an object of its fields; where it has a field `payload` that holds JSON, as
 * those of GitHub and Slack do, it is that. Errors: `invalid_params`, `too_large` for what nests too deep.
 */
export function readPayload(body: Buffer, kind: BodyKind): JsonValue {
  const text = body.toString('utf8');
  if (kind === 'json') return readJson(text);
  const fields = new URLSearchParams(text);
  if (fields.size > maxFields)
    throw new SignalboxError('too_large', `the form has more than ${maxFields} fields`);
  const inner = fields.get('payload');
  if (inner !== null && /^\s*[{[]/.test(inner)) return readJson(inner);
  return Object.fromEntries(fields);
}

function readJson(text: string): JsonValue {
  try {
    return parseJsonText(text, messageBounds);
  } catch (error) {
    if (isSignalboxError(error) && error.code === 'too_large') throw error;
    throw new SignalboxError('invalid_params', 'the body is no JSON', { cause: error });
  }
}

/** What is in a payload under a path, when it is a short text. */
export function textAt(payload: JsonValue, ...path: readonly string[]): string | undefined {
  let value: JsonValue | undefined = payload;
  for (const part of path) value = isJsonObject(value) ? own(value, part) : undefined;
  return typeof value === 'string' && value !== '' && value.length <= 200 ? value : undefined;
}

function own(value: JsonObject, part: string): JsonValue | undefined {
  return Object.hasOwn(value, part) ? value[part] : undefined;
}
