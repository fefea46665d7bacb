import type { RpcRequest } from '@signalbox/protocol';
import {
  type CallChannels,
  type CallRequest,
  type CallRetry,
  type InputResult,
  isJsonObject,
  isSignalboxError,
  type JsonObject,
  type JsonValue,
  SignalboxError,
} from '@signalbox/sdk';
import type { CallerLine } from '../wire/wire.ts';
import { canAnswer } from './client-capabilities.ts';

const urlElicitationRequired = -32042;
const mostKept = 1_000;

/**
 * The error of a legacy upstream that first wants its user to visit some pages, as questions for a caller that takes
 * them as a result; undefined for every other error and caller (2025-11-25, client/elicitation, "URL Elicitation Required Error").
 */
export function toUrlQuestions(
  error: unknown,
  { takesInput, channels }: CallRequest,
): InputResult | undefined {
  const elicitations = takesInput ? readElicitations(error) : undefined;
  if (!elicitations) return undefined;
  const requests = elicitations.map(withoutId);
  const capabilities = channels?.capabilities ?? {};
  const isAnswerable = requests.every((params) => canAnswer(capabilities, 'elicitation/create', params));
  if (!isAnswerable) {
    throw new SignalboxError(
      'missing_capability',
      'the upstream sends its user to a page first, but the client has not declared elicitation.url',
      {
        cause: error,
        details: { requiredCapabilities: { elicitation: { url: {} } } },
      },
    );
  }
  return pageQuestions(requests);
}

/** Pages to visit as a round of questions. */
export function pageQuestions(pages: readonly JsonObject[]): InputResult {
  const inputRequests: JsonObject = {};
  for (const [index, params] of pages.entries())
    inputRequests[`url-${index + 1}`] = { method: 'elicitation/create', params };
  return { kind: 'input', inputRequests };
}

/** A caller that declined to visit a page is not sent there again. Errors: `cancelled`. */
export function checkConsent(name: string, retry: CallRetry | undefined): void {
  const answers = Object.values(retry?.inputResponses ?? {});
  const refusal = answers.find(
    (answer) => isJsonObject(answer) && 'action' in answer && answer['action'] !== 'accept',
  );
  if (refusal)
    throw new SignalboxError(
      'cancelled',
      `upstream "${name}" needed a page to be visited, and that was declined`,
    );
}

/** The page visits of an upstream that are not over yet, each with the caller who was sent there. */
export class UrlQuestions {
  readonly #open = new Map<string, NonNullable<CallChannels['elicitationDone']>>();

  /** Remembers whom a question sends away. */
  watch(request: RpcRequest, callers: readonly CallerLine[]): RpcRequest {
    const { elicitationId } = request.params;
    const done = callers.findLast((caller) => caller.elicitationDone)?.elicitationDone;
    if (typeof elicitationId === 'string' && done) this.#keep(elicitationId, done);
    return request;
  }

  /** Remembers whom an error sends away. */
  note(error: unknown, channels: CallChannels | undefined): void {
    const done = channels?.elicitationDone;
    if (!done) return;
    for (const { elicitationId } of readElicitations(error) ?? []) {
      if (typeof elicitationId === 'string') this.#keep(elicitationId, done);
    }
  }

  /** The upstream says that a visit is over. */
  complete({ elicitationId }: JsonObject): void {
    if (typeof elicitationId !== 'string') return;
    this.#open.get(elicitationId)?.(elicitationId);
    this.#open.delete(elicitationId);
  }

  #keep(elicitationId: string, done: NonNullable<CallChannels['elicitationDone']>): void {
    this.#open.set(elicitationId, done);
    const [oldest] = this.#open.keys();
    if (this.#open.size > mostKept && oldest !== undefined) this.#open.delete(oldest);
  }
}

function readElicitations(error: unknown): JsonObject[] | undefined {
  const details = isSignalboxError(error) && isJsonObject(error.details) ? error.details : {};
  const { rpc } = details;
  if (!isJsonObject(rpc) || rpc['code'] !== urlElicitationRequired) return undefined;
  const given: JsonValue | undefined = isJsonObject(rpc['data']) ? rpc['data']['elicitations'] : undefined;
  return Array.isArray(given) ? given.filter(isJsonObject) : [];
}

/** Modern questions are told apart by their keys. */
function withoutId({ elicitationId: _id, ...params }: JsonObject): JsonObject {
  return params;
}
