import { fromModernResult, type ParamHeader, readParamHeaders } from '@signalbox/protocol';
import {
  type CallResult,
  type Clock,
  type Invocation,
  type JsonObject,
  SignalboxError,
} from '@signalbox/sdk';
import { callerLine } from './caller-line.ts';
import type { Connection, ConnectionEvents, PeerFacts } from './connection.ts';
import { answerInputs, readInputRound } from './input-rounds.ts';
import { ModernListen } from './modern-listen.ts';
import { ModernSender, type ModernSenderParts } from './modern-sender.ts';

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

  /** Makes a call, and answers what the upstream wants to know before it can finish it (2026-07-28, patterns/mrtr). */
  call = async (invocation: Invocation): Promise<CallResult> => {
    const { name, roots } = this.#parts;
    const { request, originalName, signal } = invocation;
    const paramHeaders = request.kind === 'tool' ? this.#paramHeaders.get(originalName) : undefined;
    const caller = callerLine(invocation);
    let answer = await this.#sender.call(invocation, { caller, paramHeaders });
    for (let round = 1; answer.kind === 'result'; round++) {
      const inputs = readInputRound(name, request.kind, answer.result);
      if (!inputs) return toCallResult(answer.result);
      if (round > mostRounds) throw tooManyRounds(name);
      const responses = await answerInputs({ name, roots, caller, inputs, signal });
      answer = await this.#sender.call(invocation, { caller, paramHeaders, retry: { inputs, responses } });
    }
    return answer;
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
}

function toCallResult(result: JsonObject): CallResult {
  const value = fromModernResult(result);
  return { kind: 'data', value, isError: value['isError'] === true };
}

function tooManyRounds(name: string): SignalboxError {
  const text = `upstream "${name}" asked for input more than ${mostRounds} times in one call; call it again with more in its arguments`;
  return new SignalboxError('upstream_invalid_answer', text);
}
