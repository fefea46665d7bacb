import { type ErrorKind, isTooDeep, maxResultDepth } from '@signalbox/pipeline';
import {
  type CallResult,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type SignalboxError,
  toSignalboxError,
} from '@signalbox/sdk';
import { type ToolUsage, usageOf } from './tool-usage.ts';

/** How a call ended, as the stepper is told. */
export type CallOutcome = { readonly usage?: ToolUsage } & (
  | {
      readonly ok: true;
      readonly output: JsonValue;
      /** It was kept of an earlier call, and none was made. */
      readonly isKept?: true;
    }
  | {
      readonly ok: false;
      readonly error: { readonly kind: ErrorKind; readonly message: string };
      readonly retryAfterMs?: number;
      /** It is how the tool has ended; else something on the way to it went wrong. */
      readonly isItsOwn?: true;
      /** The same may go well a little later. */
      readonly isPassing?: true;
      /** The tool has begun, and nobody knows how it ended. */
      readonly isInDoubt?: true;
    }
);

/**
 * What a tool's result is to a pipeline: its structured content; else its one text, read as JSON where it is JSON that is not nested too
 * deep; else the content as it is. A result that says it is an error is one (2025-06-18 on, server/tools, "Error Handling"), and so is data
 * that is nested too deep.
 */
export function outcomeOfResult(result: CallResult): CallOutcome {
  if (result.kind === 'input')
    return failed('denied', 'the tool asks questions, and nobody is there to answer them');
  const value = result.kind === 'data' ? result.value : readBytes(result.bytes);
  const usage = usageOf(value);
  const outcome =
    value['isError'] === true || result.isError
      ? ended(textOf(value) ?? 'the tool says that it failed')
      : toOutcome(outputOf(value));
  return usage ? { ...outcome, usage } : outcome;
}

function toOutcome(output: JsonValue): CallOutcome {
  if (!isTooDeep(output)) return { ok: true, output };
  return ended(`what the tool gave is nested more than ${maxResultDepth} deep`);
}

function ended(message: string): CallOutcome {
  return { ...failed('tool_error', message), isItsOwn: true };
}

function outputOf(value: JsonObject): JsonValue {
  const structured = value['structuredContent'];
  if (structured !== undefined) return structured;
  const text = onlyTextOf(value);
  return text === undefined ? { content: value['content'] ?? [] } : parseText(text);
}

/** What an error of the gate or the transport is to a pipeline. */
export function outcomeOfError(thrown: unknown): CallOutcome {
  const error = toSignalboxError(thrown);
  const retryAfterMs = isJsonObject(error.details) ? error.details['retryAfterMs'] : undefined;
  const { message } = failed(kindOf(error.code), error.facts.isSafe ? error.message : 'the hub failed').error;
  return {
    ok: false,
    error: { kind: kindOf(error.code), message },
    ...(typeof retryAfterMs === 'number' ? { retryAfterMs } : {}),
    ...(isItsOwn(error) ? { isItsOwn: true } : {}),
    ...(isPassing(error) ? { isPassing: true } : {}),
  };
}

/** What an upstream itself has answered with, and how runs end that are called as tools. */
function isItsOwn({ code, details }: SignalboxError): boolean {
  if (code === 'upstream_refused') return isJsonObject(details) && 'rpc' in details;
  return code === 'cancelled' || code === 'budget_used_up';
}

function isPassing({ code, facts }: SignalboxError): boolean {
  return facts.isRetryable && code !== 'timeout';
}

const kinds: { readonly [code: string]: ErrorKind } = {
  timeout: 'timeout',
  cancelled: 'canceled',
  rate_limited: 'rate_limited',
  budget_used_up: 'budget',
  overloaded: 'rate_limited',
  invalid_params: 'invalid_args',
  too_large: 'invalid_args',
  not_found: 'not_found',
  forbidden: 'denied',
  insufficient_scope: 'denied',
  unauthenticated: 'denied',
  approval_required: 'denied',
  upstream_login_needed: 'denied',
  address_refused: 'denied',
  upstream_refused: 'tool_error',
  internal: 'tool_error',
};

function kindOf(code: string): ErrorKind {
  return kinds[code] ?? 'connection';
}

const maxMessage = 2_000;

function failed(kind: ErrorKind, message: string): Extract<CallOutcome, { ok: false }> {
  return { ok: false, error: { kind, message: message.slice(0, maxMessage) } };
}

function readBytes(bytes: Uint8Array): JsonObject {
  const message: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
  const result = isJsonObject(message) ? message['result'] : undefined;
  return isJsonObject(result) ? result : {};
}

function textOf(value: JsonObject): string | undefined {
  const { content } = value;
  if (!Array.isArray(content)) return undefined;
  const texts = content.flatMap((part) =>
    isJsonObject(part) && typeof part['text'] === 'string' ? [part['text']] : [],
  );
  return texts.length > 0 ? texts.join('\n') : undefined;
}

function onlyTextOf(value: JsonObject): string | undefined {
  const { content } = value;
  const [first] = Array.isArray(content) && content.length === 1 ? content : [];
  return isJsonObject(first) && first['type'] === 'text' && typeof first['text'] === 'string'
    ? first['text']
    : undefined;
}

function parseText(text: string): JsonValue {
  if (!/^\s*(?:[[{"\d-]|true|false|null)/.test(text)) return text;
  try {
    const value = JSON.parse(text) as JsonValue;
    return isTooDeep(value) ? text : value;
  } catch {
    return text;
  }
}
