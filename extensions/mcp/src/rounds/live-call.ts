import type { CallChannels, CallResult, CallRetry, Clock, JsonObject, TaskToResume } from '@signalbox/sdk';
import type { Begun } from '../serve/begun.ts';
import { OpenQuestions } from './open-questions.ts';

/** What there is to tell a client about a call that may outlive the request that made it. */
export type CallNews =
  | { readonly kind: 'result'; readonly result: CallResult }
  | { readonly kind: 'questions'; readonly requests: JsonObject }
  | { readonly kind: 'task' };

/** The way to the request of the client that waits now. */
export interface ClientLine {
  readonly progress?: CallChannels['progress'];
  readonly log?: CallChannels['log'];
}

/** What a live call is made of. */
export interface LiveCallParts {
  /** Whose it is, and what it uses: as these it runs, whoever goes on with it. */
  readonly begun: Begun;
  readonly clock: Clock;
  readonly channels: CallChannels;
  /** True when questions are collected for the client. */
  readonly canAsk: boolean;
  /** True when the call may go on as a task. */
  readonly takesTask: boolean;
  /** Time after which a call that still runs becomes a task, in milliseconds. */
  readonly taskAfterMs: number;
  /** Where the task of the upstream is, for a call of an earlier run of the hub. */
  readonly handle?: TaskToResume;
  readonly run: (call: LiveCall, retry: CallRetry | undefined) => Promise<CallResult>;
}

/**
 * A call that is not tied to one request of its client: it may wait for answers the client brings in later requests, or
 * go on as a task. While a request is attached its end cancels the call; in between only time does.
 */
export class LiveCall {
  readonly channels: CallChannels;
  readonly questions: OpenQuestions;
  readonly #parts: LiveCallParts;
  readonly #cancel = new AbortController();
  readonly #detach = new AbortController();
  #line: ClientLine | undefined;
  #leave: () => void = () => undefined;
  #outcome: Promise<CallResult> | undefined;
  #news = Promise.withResolvers<CallNews>();
  #cancelTaskTimer: (() => void) | undefined;
  #isEnded = false;
  #handle: TaskToResume | undefined;
  #statusMessage: string | undefined;
  readonly #watchers = new Set<() => void>();

  constructor(parts: LiveCallParts) {
    this.#parts = parts;
    this.#handle = parts.handle;
    this.questions = new OpenQuestions(parts.clock, () => this.#onAsked());
    this.channels = {
      ...parts.channels,
      ...(parts.channels.progress ? { progress: (progress) => this.#onProgress(progress) } : {}),
      ...(parts.channels.log ? { log: (message) => this.#line?.log?.(message) } : {}),
      ...(parts.canAsk ? { ask: this.questions.ask } : {}),
      ...(parts.takesTask
        ? { task: (handle) => this.#onTask(handle), status: (text) => this.#onStatus(text) }
        : {}),
    };
  }

  /** Aborts when the call is given up. */
  get signal(): AbortSignal {
    return this.#cancel.signal;
  }

  /** Aborts when nobody waits on the line any more. */
  get detached(): AbortSignal {
    return this.#detach.signal;
  }

  /** Whose it is, and what it uses. */
  get begun(): Begun {
    return this.#parts.begun;
  }

  get clock(): Clock {
    return this.#parts.clock;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** What finds the task of the upstream again, when it made one. */
  get handle(): TaskToResume | undefined {
    return this.#handle;
  }

  /** In words, how far it has come. */
  get statusMessage(): string | undefined {
    return this.#statusMessage;
  }

  /** Begins the call, makes it again with answers, or comes back to the task its upstream has made. */
  start(retry?: CallRetry): this {
    this.#isEnded = false;
    if (retry) this.#handle = undefined;
    this.#outcome = this.#run(retry);
    this.#outcome.catch(() => undefined);
    return this;
  }

  /** What the call gives in the end. Errors: its own. */
  get outcome(): Promise<CallResult> {
    return this.#outcome ?? Promise.reject(new Error('the call has not begun'));
  }

  /** Ties a request of the client to the call: when it is closed, the call is given up. */
  attach(line: ClientLine, signal: AbortSignal): void {
    this.#line = line;
    const giveUp = (): void => this.#cancel.abort(signal.reason);
    this.#leave = () => signal.removeEventListener('abort', giveUp);
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp, { once: true });
    this.#planTask();
  }

  /** Unties the request: it has been answered, and the call goes on without it. */
  detach(): void {
    this.#leave();
    this.#line = undefined;
    this.#cancelTaskTimer?.();
  }

  /** From now on the call may take as long as a task. */
  becomeTask(): void {
    this.detach();
    this.#detach.abort();
  }

  /** The next thing to tell the client. Errors: those of the call. */
  async next(): Promise<CallNews> {
    this.#news = Promise.withResolvers<CallNews>();
    if (this.questions.size > 0) this.#onAsked();
    if (this.#handle) this.#news.resolve({ kind: 'task' });
    const ended = this.outcome.then((result): CallNews => ({ kind: 'result', result }));
    return Promise.race([ended, this.#news.promise]);
  }

  /** Tells of every question, every word of progress; the result ends it. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  /** Gives the call up. */
  cancel(reason: unknown): void {
    this.questions.fail(reason);
    this.#cancel.abort(reason);
  }

  async #run(retry: CallRetry | undefined): Promise<CallResult> {
    try {
      return await this.#parts.run(this, retry);
    } finally {
      this.#isEnded = true;
      this.detach();
      this.questions.fail(new Error('the call has ended'));
    }
  }

  #tell(): void {
    for (const watcher of this.#watchers) watcher();
  }

  #onAsked(): void {
    this.#news.resolve({ kind: 'questions', requests: this.questions.requests() });
    this.#tell();
  }

  #onTask(handle: TaskToResume): void {
    this.#handle = handle;
    this.#news.resolve({ kind: 'task' });
    this.#tell();
  }

  #onStatus(text: string): void {
    this.#statusMessage = text;
    this.#tell();
  }

  #onProgress(progress: JsonObject): void {
    if (typeof progress['message'] === 'string') this.#onStatus(progress['message']);
    this.#line?.progress?.(progress);
  }

  #planTask(): void {
    const { clock, takesTask, taskAfterMs } = this.#parts;
    if (!takesTask) return;
    this.#cancelTaskTimer?.();
    this.#cancelTaskTimer = clock.after(taskAfterMs, () => this.#news.resolve({ kind: 'task' }));
  }
}
