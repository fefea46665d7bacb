import { type CallKind, isJsonObject, type JsonObject, type JsonValue, SignalboxError } from '@signalbox/sdk';
import type { CallerLine } from '../wire/wire.ts';
import { toRoots } from './answer-upstream.ts';
import { neededCapability } from './client-capabilities.ts';

/** What an upstream wants to know before it can finish a call. */
export interface InputRound {
  readonly requests: readonly {
    readonly key: string;
    readonly method: string;
    readonly params: JsonObject;
  }[];
  /** The upstream's own note; goes back exactly as it came. */
  readonly requestState: JsonValue | undefined;
}

/** What answering a round needs. */
export interface InputAnswering {
  readonly name: string;
  readonly caller: CallerLine;
  readonly inputs: InputRound;
  readonly roots: readonly string[] | undefined;
  readonly signal: AbortSignal;
}

const mayAsk: readonly (CallKind | undefined)[] = ['tool', 'resource', 'prompt'];

/**
 * Reads whether a result is complete (undefined) or asks for input. An absent mark means complete.
 * Errors: `upstream_invalid_answer` for another mark, a malformed round, or a method that may not ask.
 */
export function readInputRound(
  name: string,
  kind: CallKind | undefined,
  result: JsonObject,
): InputRound | undefined {
  const { resultType, inputRequests, requestState } = result;
  if (resultType === undefined || resultType === 'complete') return undefined;
  if (resultType !== 'input_required')
    throw invalid(
      name,
      `its result is of the type ${JSON.stringify(resultType).slice(0, 80)}, which was not offered`,
    );
  if (!mayAsk.includes(kind)) throw invalid(name, 'it asks for input where the protocol does not allow it');
  if (inputRequests === undefined && requestState === undefined)
    throw invalid(name, 'it asks for input but says not what');
  return { requestState, requests: readInputs(name, inputRequests) };
}

/**
 * Answers every input of a round through the caller. Undefined when nothing was asked and the upstream only wants to
 * be called again. Errors: `missing_capability` naming all that is needed, and what the caller's refusal throws.
 */
export async function answerInputs({
  name,
  caller,
  inputs,
  roots,
  signal,
}: InputAnswering): Promise<JsonObject | undefined> {
  const { requests } = inputs;
  if (requests.length === 0) return undefined;
  checkAnswerable({ name, caller, inputs, roots, signal });
  const isOurs = (method: string): boolean => method === 'roots/list' && roots !== undefined;
  const { ask } = caller;
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const answers = requests.map(async ({ key, method, params }): Promise<[string, JsonObject]> => {
    if (!ask || isOurs(method)) return [key, toRoots(roots ?? [])];
    return [key, await ask(method, params, both)];
  });
  try {
    return Object.fromEntries(await Promise.all(answers));
  } catch (error) {
    stop.abort(error);
    throw error;
  }
}

/** Errors: `missing_capability` naming all of a round that the caller has not declared to answer. */
export function checkAnswerable({ name, caller, inputs, roots }: InputAnswering): void {
  const isOurs = (method: string): boolean => method === 'roots/list' && roots !== undefined;
  const unanswerable = inputs.requests.filter(
    ({ method, params }) => !isOurs(method) && !caller.canAnswer(method, params),
  );
  if (unanswerable.length > 0) throw missing(name, unanswerable);
}

/** Reads the questions of a task that waits for answers. Errors: `upstream_invalid_answer`. */
export function readInputs(name: string, inputRequests: JsonValue | undefined): InputRound['requests'] {
  const entries = isJsonObject(inputRequests) ? Object.entries(inputRequests) : [];
  return entries.map(([key, value]) => readInput(name, key, value));
}

function readInput(name: string, key: string, value: JsonValue): InputRound['requests'][number] {
  if (!isJsonObject(value) || typeof value['method'] !== 'string')
    throw invalid(name, 'it asks for input of no known kind');
  const params = isJsonObject(value['params']) ? value['params'] : {};
  if (!neededCapability(value['method'], params)) throw invalid(name, 'it asks for input of no known kind');
  return { key, method: value['method'], params };
}

function missing(name: string, requests: InputRound['requests']): SignalboxError {
  const requiredCapabilities: JsonObject = {};
  for (const { method, params } of requests)
    mergeInto(requiredCapabilities, neededCapability(method, params) ?? {});
  const text = `upstream "${name}" needs input, but the client of this call cannot be asked for it (${Object.keys(requiredCapabilities).join(', ')})`;
  return new SignalboxError('missing_capability', text, { details: { requiredCapabilities } });
}

function mergeInto(target: JsonObject, added: JsonObject): void {
  for (const [name, parts] of Object.entries(added)) {
    const known = target[name];
    target[name] = isJsonObject(known) && isJsonObject(parts) ? { ...known, ...parts } : parts;
  }
}

function invalid(name: string, what: string): SignalboxError {
  return new SignalboxError(
    'upstream_invalid_answer',
    `upstream "${name}" is at fault: ${what}; report it to its author`,
  );
}
