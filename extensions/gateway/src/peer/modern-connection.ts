import { fromModernResult, type ParamHeader, readParamHeaders } from '@signalbox/protocol';
import {
  type CallResult,
  type Clock,
  type Invocation,
  type JsonObject,
  SignalboxError,
} from '@signalbox/sdk';
import type { CallerLine, WireAnswer } from '../wire/wire.ts';
import { callerLine } from './caller-line.ts';
import type { Connection, ConnectionEvents, PeerFacts } from './connection.ts';
import { type InputRetry, isOurs, readRetry, toInputResult } from './input-result.ts';
import { answerInputs, readInputRound } from './input-rounds.ts';
import { ModernListen } from './modern-listen.ts';
import { ModernSender, type ModernSenderParts } from './modern-sender.ts';
import { followModernTask, isTask, needsTasks, type TaskFollowing } from './modern-task.ts';

/** What a modern connection is made of. */
export interface ModernConnectionParts extends ModernSenderParts {
  readonly facts: PeerFacts;
  readonly pid?: number | undefined;
  readonly clock: Clock;
  readonly events: ConnectionEvents;
}

const mostRounds = 8;

/** A modern upstream: every request stands alone and says what its caller can do. */
export class ModernConnection implements Connection {
  readonly facts: PeerFacts;
  readonly pid: number | undefined;
  readonly #parts: ModernConnectionParts;
  readonly #sender: ModernSender;
  readonly #listen: ModernListen;
  #paramHeaders: ReadonlyMap<string, readonly ParamHeader[]> = new Map();

  constructor(parts: ModernConnectionParts) {
    this.#parts = parts;
    this.facts = parts.facts;
    this.pid = parts.pid;
    this.#sender = new ModernSender(parts);
    this.#listen = new ModernListen({ ...parts, open: this.#sender.listen });
  }

  /**
   * Makes a call. What the upstream wants to know before it can finish goes to the caller as it is, where the caller
   * takes that, and is asked of it else (2026-07-28, patterns/mrtr). A task is followed to its end.
   */
  call: Connection['call'] = async (invocation, onTask) => {
    const { name, roots } = this.#parts;
    const { request, signal } = invocation;
    const caller = callerLine(invocation);
    // How it is by now says the first look.
    if (request.resume)
      return this.#follow(invocation, { caller, onTask }, { ...request.resume.handle, status: 'working' });
    let retry = readRetry(request.retry);
    for (let round = 0; ; round++) {
      const answer = await this.#send(invocation, caller, retry);
      if (answer.kind !== 'result') return answer;
      if (isTask(answer.result)) return this.#follow(invocation, { caller, onTask }, answer.result);
      const inputs = readInputRound(name, request.kind, answer.result);
      if (!inputs) return toCallResult(answer.result, this.#parts.trustsSharedCache);
      const isForCaller = request.takesInput && !isOurs(inputs, roots);
      if (isForCaller) return toInputResult({ name, caller, inputs, roots, signal });
      if (round >= mostRounds) throw tooManyRounds(name);
      const responses = await answerInputs({ name, caller, inputs, roots, signal });
      retry = { requestState: inputs.requestState, responses };
    }
  };

  request = (method: string, params: JsonObject, signal: AbortSignal): Promise<JsonObject> =>
    this.#sender.request(method, params, signal);

  setTools = (definitions: readonly JsonObject[]): void => {
    if (!this.#parts.usesHeaders) return;
    const headers = new Map<string, readonly ParamHeader[]>();
    for (const { name, inputSchema } of definitions) {
      const read = readParamHeaders(inputSchema);
      if (typeof name === 'string' && read.isValid && read.headers.length > 0)
        headers.set(name, read.headers);
    }
    this.#paramHeaders = headers;
  };

  /** A tool whose marks are invalid cannot be called over HTTP (2026-07-28, transports/streamable-http, "Schema Extension"). */
  refuseTool = (definition: JsonObject): string | undefined => {
    if (!this.#parts.usesHeaders) return undefined;
    const read = readParamHeaders(definition['inputSchema']);
    return read.isValid ? undefined : `its x-mcp-header marks are invalid: ${read.reason}`;
  };

  listen = (uris: readonly string[]): Promise<void> => this.#listen.start(uris);

  setWatched = async (uri: string, isWatched: boolean): Promise<void> =>
    this.#listen.setWatched(uri, isWatched);

  close = async (drainMs: number): Promise<void> => {
    this.#listen.close();
    await this.#parts.wire.close(drainMs);
  };

  /**
   * Sends a call with what its caller can take. An upstream that does the work as a task only is asked again by a hub
   * that takes the task itself, and the caller just waits; but who came in to this upstream alone is told what it lacks.
   */
  async #send(
    invocation: Invocation,
    caller: CallerLine,
    retry: InputRetry | undefined,
  ): Promise<WireAnswer> {
    const { request, originalName } = invocation;
    const paramHeaders = request.kind === 'tool' ? this.#paramHeaders.get(originalName) : undefined;
    const takesTask = request.kind === 'tool' && request.channels?.task !== undefined;
    try {
      return await this.#sender.call(invocation, { caller, paramHeaders, retry, takesTask });
    } catch (error) {
      const isTold = request.takesInput && request.view.startsWith('upstream:');
      if (takesTask || isTold || !needsTasks(error)) throw error;
      return this.#sender.call(invocation, { caller, paramHeaders, retry, takesTask: true });
    }
  }

  #follow(
    invocation: Invocation,
    told: Pick<TaskFollowing, 'caller' | 'onTask'>,
    handle: JsonObject,
  ): Promise<CallResult> {
    const { name, roots, clock } = this.#parts;
    return followModernTask({ name, roots, clock, sender: this.#sender, ...told }, invocation, handle);
  }
}

/** That a result is the same for everybody is a claim of the upstream, believed only where the settings say so. */
function toCallResult(result: JsonObject, trustsSharedCache: boolean): CallResult {
  const own = fromModernResult(result);
  const value =
    own['cacheScope'] === 'public' && !trustsSharedCache ? { ...own, cacheScope: 'private' } : own;
  return { kind: 'data', value, isError: value['isError'] === true };
}

function tooManyRounds(name: string): SignalboxError {
  const text = `upstream "${name}" asked for input more than ${mostRounds} times in one call; call it again with more in its arguments`;
  return new SignalboxError('upstream_invalid_answer', text);
}
