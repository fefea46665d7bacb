import { type RpcRequest, relatedTaskKey } from '@signalbox/protocol';
import { isJsonObject, type JsonObject, SignalboxError } from '@signalbox/sdk';
import type { CallerLine } from '../wire/wire.ts';
import { neededCapability } from './client-capabilities.ts';

/**
 * Answers a request of a legacy upstream: the hub's own part here, questions through the one call they can be about.
 * A question that may be about the calls of several people is answered with an error, never guessed.
 */
export async function answerUpstream(
  { method, params }: RpcRequest,
  callers: readonly CallerLine[],
  signal: AbortSignal,
  roots: readonly string[] | undefined,
): Promise<JsonObject> {
  if (method === 'ping') return {};
  if (method === 'roots/list' && roots) return toRoots(roots);
  if (neededCapability(method, params) === undefined)
    throw new SignalboxError('method_not_found', `the hub does not answer "${method.slice(0, 200)}"`);
  const caller = findCaller(callers, method, params);
  if (caller?.ask) return caller.ask(method, params, signal);
  for (const each of callers) each.refuse(method, params);
  throw new SignalboxError('method_not_found', `no call is running whose client answers "${method}"`);
}

/** The roots of a definition as MCP writes them. */
export function toRoots(roots: readonly string[]): JsonObject {
  return { roots: roots.map((uri) => ({ uri })) };
}

/** The task a question says it is about (2025-11-25, basic/utilities/tasks, "Associating Task-Related Messages"). */
function relatedTask({ _meta }: JsonObject): string | undefined {
  const related = isJsonObject(_meta) ? _meta[relatedTaskKey] : undefined;
  const taskId = isJsonObject(related) ? related['taskId'] : undefined;
  return typeof taskId === 'string' ? taskId : undefined;
}

/** The call a question is about: the one whose task it names, the one there is, or of several of one person the one that began last. */
function findCaller(
  callers: readonly CallerLine[],
  method: string,
  params: JsonObject,
): CallerLine | undefined {
  const related = relatedTask(params);
  if (related !== undefined) return callers.find(({ taskId }) => taskId === related);
  const owners = new Set(callers.map(({ owner }) => owner));
  if (owners.size <= 1) return callers.findLast((caller) => caller.ask && caller.canAnswer(method, params));
  throw new SignalboxError(
    'conflict',
    `it is not clear which of ${callers.length} running calls "${method}" is about; ask over HTTP on the call's own stream, or one call at a time`,
  );
}
