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
import { redactAnswer } from './redact-answer.ts';
import { withoutWords } from './without-words.ts';

/** The call as a rule wants it: with the arguments it sets, whatever the caller said, and silent where its answer is redacted. */
export function forceArguments(request: CallRequest, obligations: Obligations | undefined): CallRequest {
  const quiet = obligations?.redact ? withoutWords(request) : request;
  const forced = obligations?.forceArguments;
  if (!forced) return quiet;
  const { kind, params } = quiet;
  if (kind === 'completion') return { ...quiet, params: forceContext(params, forced) };
  if (kind !== 'tool' && kind !== 'prompt') return quiet;
  return { ...quiet, params: { ...params, arguments: { ...objectOf(params['arguments']), ...forced } } };
}

type Forced = NonNullable<Obligations['forceArguments']>;

/** A completion is made for the arguments the call would have; those of a completion are texts. */
function forceContext(params: JsonObject, forced: Forced): JsonObject {
  const texts: JsonObject = Object.fromEntries(
    Object.entries(forced).map(([name, value]) => [name, value === null ? '' : String(value)]),
  );
  const argument = objectOf(params['argument']);
  const context = objectOf(params['context']);
  const { name } = argument;
  const own = typeof name === 'string' && Object.hasOwn(texts, name) ? texts[name] : undefined;
  return {
    ...params,
    ...(own === undefined ? {} : { argument: { ...argument, value: own } }),
    context: { ...context, arguments: { ...objectOf(context['arguments']), ...texts } },
  };
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
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

/** Errors: `too_large` for an answer beyond what a rule allows, `upstream_invalid_answer` for one that had to be readable and is not. */
export function boundResult(found: Found, result: CallResult, obligations: Obligations | undefined): void {
  if (obligations?.redact && result.kind !== 'data') throw notReadable(found);
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

/** The answer without what a rule hides; what cannot be looked into is left out too, for it may say the same. */
export function redactResult(value: JsonObject, obligations: Obligations | undefined): JsonObject {
  return obligations?.redact ? redactAnswer(value, obligations.redact) : value;
}

function notReadable(found: Found): SignalboxError {
  return new SignalboxError(
    'upstream_invalid_answer',
    `a rule hides parts of the answer of "${found.originalName}", and it gave one that cannot be looked into; call it where no rule hides anything`,
  );
}
