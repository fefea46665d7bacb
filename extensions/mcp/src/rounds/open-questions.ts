import {
  type Ask,
  type Clock,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  SignalboxError,
} from '@signalbox/sdk';

// Questions an upstream asks at the same time reach us one after the other; they belong into one round.
const collectMs = 25;
const mostOpen = 100;

interface OpenQuestion {
  readonly ask: Ask;
  readonly resolve: (answer: JsonObject) => void;
  readonly reject: (reason: unknown) => void;
}

/** The questions of one call that wait for a client that answers in requests of its own. Keys are never used twice. */
export class OpenQuestions {
  readonly #clock: Clock;
  readonly #onAsked: () => void;
  readonly #open = new Map<string, OpenQuestion>();
  #nextKey = 1;
  #cancelTimer: (() => void) | undefined;

  /** `onAsked` is told when questions have come together, and again for each that comes later. */
  constructor(clock: Clock, onAsked: () => void) {
    this.#clock = clock;
    this.#onAsked = onAsked;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Asks; settles with the client's answer. Errors: `overloaded`, the signal's reason, that of {@link fail}. */
  readonly ask = (ask: Ask, signal: AbortSignal): Promise<JsonObject> => {
    if (signal.aborted) return Promise.reject(signal.reason as Error);
    if (this.#open.size >= mostOpen)
      return Promise.reject(new SignalboxError('overloaded', `${mostOpen} questions of this call are open`));
    const key = `input-${this.#nextKey++}`;
    return new Promise((resolve, reject) => {
      const stop = (): void => this.#settle(key)?.reject(signal.reason);
      const leave = (): void => signal.removeEventListener('abort', stop);
      this.#open.set(key, {
        ask,
        resolve: (answer) => {
          leave();
          resolve(answer);
        },
        reject: (reason) => {
          leave();
          reject(reason);
        },
      });
      signal.addEventListener('abort', stop, { once: true });
      this.#tellSoon();
    });
  };

  /** The questions that are open now, as MCP writes them. */
  requests(): JsonObject {
    return Object.fromEntries([...this.#open].map(([key, { ask }]) => [key, toRequest(ask)]));
  }

  /** Takes answers by key; what answers no open question, or is no answer to it, is ignored. True when any was taken. */
  answer(responses: JsonObject): boolean {
    let isAny = false;
    for (const [key, answer] of Object.entries(responses)) {
      const question = this.#open.get(key);
      if (!question || !isJsonObject(answer) || !isAnswerTo(question.ask, answer)) continue;
      this.#settle(key)?.resolve(answer);
      isAny = true;
    }
    return isAny;
  }

  /** Ends one question without an answer. */
  refuse(key: string, reason: unknown): void {
    this.#settle(key)?.reject(reason);
  }

  /** The questions that are open now, by key. */
  get entries(): readonly (readonly [string, Ask])[] {
    return [...this.#open].map(([key, { ask }]) => [key, ask] as const);
  }

  /** Ends every question: nobody answers any more. */
  fail(reason: unknown): void {
    this.#cancelTimer?.();
    for (const key of this.#open.keys()) this.#settle(key)?.reject(reason);
  }

  #settle(key: string): OpenQuestion | undefined {
    const question = this.#open.get(key);
    this.#open.delete(key);
    return question;
  }

  #tellSoon(): void {
    this.#cancelTimer ??= this.#clock.after(collectMs, () => {
      this.#cancelTimer = undefined;
      if (this.#open.size > 0) this.#onAsked();
    });
  }
}

/** A modern question has no id of its own besides its key. */
function toRequest({ method, params }: Ask): JsonObject {
  const { elicitationId: _id, ...rest } = params;
  return Object.keys(rest).length > 0 ? { method, params: rest } : { method };
}

/** True for a value that has the form of an answer to the question (2026-07-28, schema, InputResponse). */
function isAnswerTo({ method }: Ask, answer: { [member: string]: JsonValue }): boolean {
  switch (method) {
    case 'elicitation/create':
      return ['accept', 'decline', 'cancel'].some((action) => answer['action'] === action);
    case 'sampling/createMessage':
      return typeof answer['role'] === 'string' && answer['content'] !== undefined;
    case 'roots/list':
      return Array.isArray(answer['roots']);
    default:
      return method satisfies never;
  }
}
