import type { Obligations } from '@signalbox/policy';
import {
  type CallRequest,
  type CallResult,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  SignalboxError,
} from '@signalbox/sdk';
import type { Found } from '../catalog/view.ts';
import { isLargerThan } from './is-larger-than.ts';

/** The call with the arguments a rule sets, whatever the caller said. */
export function forceArguments(request: CallRequest, obligations: Obligations | undefined): CallRequest {
  const forced = obligations?.forceArguments;
  if (!forced || (request.kind !== 'tool' && request.kind !== 'prompt')) return request;
  const given = request.params['arguments'];
  const args = { ...(isJsonObject(given) ? given : {}), ...forced };
  return { ...request, params: { ...request.params, arguments: args } };
}

/**
 * Whether the source must use an account of the caller's own. Errors: `forbidden` where a rule wants that and the source
 * knows no accounts.
 */
export function needsOwnAccount(found: Found, obligations: Obligations | undefined): boolean {
  if (!obligations?.requireUserCredential) return false;
  if (found.source.spec.usesAccounts) return true;
  throw new SignalboxError(
    'forbidden',
    `a rule allows "${found.originalName}" only with a credential of your own at "${found.source.id}", and there is none`,
  );
}

/** True when the answer has to be looked into. */
export function mustReadFor(obligations: Obligations | undefined): boolean {
  return obligations?.redact !== undefined;
}

/** Errors: `too_large` for an answer beyond what a rule allows. */
export function boundResult(found: Found, result: CallResult, obligations: Obligations | undefined): void {
  const most = obligations?.maxResultBytes;
  if (most === undefined) return;
  const isTooLarge =
    result.kind === 'bytes'
      ? result.bytes.length > most
      : isLargerThan(result.kind === 'data' ? result.value : [result.inputRequests ?? {}], most);
  if (!isTooLarge) return;
  throw new SignalboxError(
    'too_large',
    `a rule allows answers of "${found.originalName}" up to ${most} bytes; ask for less`,
  );
}

/** The answer without what a rule hides; its texts are left out too, for they may say the same. */
export function redactResult(value: JsonObject, obligations: Obligations | undefined): JsonObject {
  if (!obligations?.redact) return value;
  const { structuredContent, content, ...rest } = value;
  const pointers = obligations.redact.map((pointer) => pointer.split('/').slice(1).map(unescapeStep));
  if (structuredContent === undefined) return withoutValues(value, pointers) as JsonObject;
  const kept = withoutValues(structuredContent, pointers);
  const isText = Array.isArray(content);
  return {
    ...rest,
    structuredContent: kept,
    ...(isText ? { content: [{ type: 'text', text: JSON.stringify(kept) }] } : {}),
  };
}

const hidden = '[redacted]';

function withoutValues(value: JsonValue, pointers: readonly (readonly string[])[]): JsonValue {
  if (pointers.some((steps) => steps.length === 0)) return hidden;
  if (typeof value !== 'object' || value === null) return value;
  const below = (key: string): (readonly string[])[] =>
    pointers.flatMap(([first, ...rest]) => (first === key || first === '*' ? [rest] : []));
  if (Array.isArray(value)) return value.map((item, index) => withoutValues(item, below(String(index))));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, withoutValues(item, below(key))]),
  );
}

function unescapeStep(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}
