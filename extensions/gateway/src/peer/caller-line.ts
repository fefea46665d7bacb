import {
  type Ask,
  type CallRequest,
  type Invocation,
  type JsonObject,
  type Principal,
  SignalboxError,
} from '@signalbox/sdk';
import { untilAborted } from '../wire/abort-error.ts';
import type { CallerLine } from '../wire/wire.ts';
import { canAnswer, neededCapability } from './client-capabilities.ts';
import { withoutRelatedTask } from './legacy-task.ts';

/** The way back to the caller of a call, as far as an upstream may reach. */
export function callerLine(invocation: Invocation): InvocationLine {
  return new InvocationLine(invocation);
}

/**
 * Works out what is asked of it only when it is asked. A class, because a getter in an object literal gives every
 * object a hidden class of its own, which keeps the whole call alive until the next full collection.
 */
export class InvocationLine implements CallerLine {
  readonly #invocation: Invocation;
  #refused: JsonObject | undefined;
  #progress: CallerLine['progress'];
  taskId: string | undefined;
  progressToken: CallerLine['progressToken'];

  constructor(invocation: Invocation) {
    this.#invocation = invocation;
  }

  get owner(): string {
    return ownerOf(this.#invocation.request.principal);
  }

  get progress(): CallerLine['progress'] {
    const progress = this.#invocation.request.channels?.progress;
    return progress && (this.#progress ??= growing(progress));
  }

  get log(): CallerLine['log'] {
    return this.#invocation.request.channels?.log;
  }

  get elicitationDone(): CallerLine['elicitationDone'] {
    return this.#invocation.request.channels?.elicitationDone;
  }

  get ask(): CallerLine['ask'] {
    const { request, signal } = this.#invocation;
    if (!request.channels?.ask) return undefined;
    return (method, params, asked) => askCaller(request, { method, params }, [signal, asked]);
  }

  refuse(method: string, params: JsonObject): void {
    this.#refused = { ...this.#refused, ...neededCapability(method, params) };
  }

  /** What the caller would have had to declare for the questions it could not be asked; undefined when there were none. */
  get refused(): JsonObject | undefined {
    return this.#refused;
  }

  canAnswer(method: string, params: JsonObject): boolean {
    const { channels } = this.#invocation.request;
    return channels?.ask !== undefined && canAnswer(channels.capabilities ?? {}, method, params);
  }
}

/** A call may have several tokens and a task's status besides; to its caller it is one progress, which only grows. */
function growing(report: NonNullable<CallerLine['progress']>): NonNullable<CallerLine['progress']> {
  let last = Number.NEGATIVE_INFINITY;
  return (progress) => {
    const value = progress['progress'];
    if (typeof value !== 'number' || value <= last) return;
    last = value;
    report(progress);
  };
}

async function askCaller(
  { channels }: CallRequest,
  { method, params }: { method: string; params: JsonObject },
  signals: readonly AbortSignal[],
): Promise<JsonObject> {
  if (!channels?.ask || !canAnswer(channels.capabilities ?? {}, method, params)) {
    throw new SignalboxError(
      'method_not_found',
      `the client of this call has not declared that it answers "${method}"`,
    );
  }
  const signal = AbortSignal.any([...signals]);
  // canAnswer has checked the method.
  const ask = { method: method as Ask['method'], params: withoutRelatedTask(params) };
  return untilAborted(channels.ask(ask, signal), signal);
}

function ownerOf({ org, kind, id, onBehalfOf }: Principal): string {
  return JSON.stringify([org, kind, id, onBehalfOf ? ownerOf(onBehalfOf) : null]);
}
