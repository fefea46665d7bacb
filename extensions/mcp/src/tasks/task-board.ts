import { randomBytes } from 'node:crypto';
import { toRpcError } from '@signalbox/protocol';
import {
  type Calls,
  type Clock,
  type JsonObject,
  type Log,
  type Principal,
  SignalboxError,
  uuidv7,
  type Viewer,
} from '@signalbox/sdk';
import type { LiveCall } from '../rounds/live-call.ts';
import { principalKey } from '../serve/principal-key.ts';
import { findTaskRefusal } from './find-task-refusal.ts';
import { finishRounds } from './finish-rounds.ts';
import { completed, failed } from './task-outcome.ts';
import { isFinal, noSuchTask, type TaskRecord } from './task-record.ts';
import type { TaskPage, TaskStore } from './task-store.ts';

/** How many tasks there may be, and how long they are kept. */
export interface TaskRules {
  readonly maxTasks: number;
  readonly maxTasksPerPrincipal: number;
  /** Tasks that have ended and are still kept. */
  readonly maxKeptTasksPerPrincipal: number;
  readonly taskTtlMs: number;
  readonly taskPollMs: number;
}

/** What a task is made from besides its call. */
export type TaskSeed = Pick<TaskRecord, 'view' | 'target'> & {
  /** How long the client wants it kept, in milliseconds. */
  readonly ttlMs?: number | undefined;
};

/** What tasks work with. */
export interface TaskParts {
  readonly calls: Calls;
  readonly clock: Clock;
  readonly log: Log;
  readonly store: TaskStore;
}

interface RunningTask {
  record: TaskRecord;
  readonly call: LiveCall;
  /** Set while the store is behind the record; settles when it has caught up, true when it could. */
  writing: Promise<boolean> | undefined;
}

const pruneEveryMs = 60_000;

/**
 * The calls that go on without their clients. Each is written down before its client hears of it, and again whenever its
 * state changes, so that it can be asked for after a restart; only its owner can, who may still use what it uses, with a
 * credential that allows as much as the one that made it.
 */
export class TaskBoard {
  readonly #rules: TaskRules;
  readonly #calls: Calls;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #store: TaskStore;
  readonly #running = new Map<string, RunningTask>();
  readonly #ended = new Map<string, Promise<TaskRecord>>();
  readonly #stopping = new AbortController();
  #cancelPrune: () => void = () => undefined;
  /** Told of every change of a task. */
  onChange: (record: TaskRecord) => void = () => undefined;

  constructor(rules: TaskRules, { calls, clock, log, store }: TaskParts) {
    this.#calls = calls;
    this.#rules = rules;
    this.#clock = clock;
    this.#log = log;
    this.#store = store;
    this.#planPrune();
  }

  /** Makes a task of a call that runs. It is on disk when this resolves. Errors: `overloaded`, `store_failed`; then the call is given up. */
  async adopt(call: LiveCall, { ttlMs, ...seed }: TaskSeed): Promise<TaskRecord> {
    const now = this.#clock.now();
    const { principal, interface: through } = call.begun;
    const record: TaskRecord = {
      ...seed,
      principal,
      interface: through,
      id: newId(now),
      capabilities: call.channels.capabilities,
      status: 'working',
      createdAt: now,
      updatedAt: now,
      ttlMs: Math.min(ttlMs ?? Number.POSITIVE_INFINITY, this.#rules.taskTtlMs),
      pollIntervalMs: this.#rules.taskPollMs,
      handle: call.handle,
    };
    try {
      this.#checkRoom(record.principal);
      await this.#store.trim(record.principal, this.#rules.maxKeptTasksPerPrincipal);
      await this.#store.write(record);
    } catch (error) {
      call.cancel(error);
      throw error;
    }
    this.#run(record, call);
    return record;
  }

  /** Goes on with a task of an earlier run of the hub. */
  resume(record: TaskRecord, call: LiveCall): void {
    this.#run(record, call);
  }

  /** Ends a task of an earlier run that nobody can go on with. */
  async abandon(record: TaskRecord): Promise<void> {
    const error = new SignalboxError(
      'upstream_unavailable',
      'the hub was restarted while this task ran, and what became of it cannot be found out; make the call again',
    );
    await this.#store.write({
      ...record,
      status: 'failed',
      statusMessage: error.message,
      error: toRpcError(error, 'modern'),
      updatedAt: this.#clock.now(),
      inputRequests: undefined,
    });
  }

  /**
   * A task as it is now. Errors: `not_found` for one of another principal or of a wider credential, one too old, and one
   * that never was; those of a refused call for one whose tool its owner may not call any more.
   */
  async get(viewer: Viewer, id: string): Promise<TaskRecord> {
    const { principal } = viewer;
    const running = this.#running.get(id);
    const record =
      running && principalKey(running.record.principal) === principalKey(principal)
        ? running.record
        : await this.#store.find(principal, id);
    if (!record || record.createdAt + record.ttlMs <= this.#clock.now()) throw noSuchTask();
    const refusal = findTaskRefusal(this.#calls, record, viewer);
    if (refusal) throw refusal;
    return record;
  }

  /** The call behind a task that runs; undefined when it has ended. Errors: `not_found`. */
  async callOf(viewer: Viewer, id: string): Promise<LiveCall | undefined> {
    await this.get(viewer, id);
    return this.#running.get(id)?.call;
  }

  /** Resolves with the record when the task has ended. Errors: `not_found`. */
  async ended(viewer: Viewer, id: string): Promise<TaskRecord> {
    const record = await this.get(viewer, id);
    return this.#ended.get(record.id) ?? record;
  }

  /** Tasks of a principal, oldest first, after the one named; `last` when there may be more. */
  async list(viewer: Viewer, after: string | undefined, limit: number): Promise<TaskPage> {
    const now = this.#clock.now();
    const { records, last } = await this.#store.list(viewer.principal, { now, after, limit });
    const own = records.filter((record) => !findTaskRefusal(this.#calls, record, viewer));
    return { records: own.map((record) => this.#running.get(record.id)?.record ?? record), last };
  }

  /** Gives answers to what a task asks; what it did not ask is ignored. Errors: `not_found`. */
  async answer(viewer: Viewer, id: string, responses: JsonObject): Promise<void> {
    const call = await this.callOf(viewer, id);
    if (call?.questions.answer(responses)) this.#refresh(id);
  }

  /** Cancels a task; one that has ended stays as it is. Errors: `not_found`. */
  async cancel(viewer: Viewer, id: string): Promise<TaskRecord> {
    await this.get(viewer, id);
    const running = this.#running.get(id);
    if (!running) return this.get(viewer, id);
    const reason = new SignalboxError('cancelled', 'the task was cancelled');
    await this.#end(running, { status: 'cancelled', statusMessage: 'The task was cancelled by request.' });
    running.call.cancel(reason);
    return running.record;
  }

  /** Tasks that ended neither well nor badly, from before the hub started. */
  unfinished(): Promise<readonly TaskRecord[]> {
    return this.#store.unfinished();
  }

  /** Cancels and removes every task of an organization. */
  async forgetOrganization(org: string): Promise<void> {
    const tasks = [...this.#running.values()].filter(({ record }) => record.principal.org === org);
    for (const { record, call } of tasks) {
      this.#running.delete(record.id);
      call.cancel(new SignalboxError('cancelled', 'the organization of this task was removed'));
    }
    // What is being written would be there again.
    await Promise.all(tasks.flatMap(({ writing }) => writing ?? []));
    await this.#store.removeOrganization(org);
  }

  /** Lets go of every task: those with an upstream that remembers them are taken up again by the next start. */
  async stop(): Promise<void> {
    this.#cancelPrune();
    this.#stopping.abort(new SignalboxError('cancelled', 'the hub stops'));
    const tasks = [...this.#running.values()];
    this.#running.clear();
    // What goes on at an upstream is not to be cancelled there.
    const lost = tasks.filter(({ call }) => !call.handle);
    for (const { call } of lost) call.cancel(new SignalboxError('cancelled', 'the hub stops'));
    await Promise.all(tasks.flatMap(({ writing }) => writing ?? []));
  }

  #run(record: TaskRecord, call: LiveCall): void {
    const task: RunningTask = { record, call, writing: undefined };
    const { promise, resolve } = Promise.withResolvers<TaskRecord>();
    this.#running.set(record.id, task);
    this.#ended.set(record.id, promise);
    call.watch(() => this.#refresh(record.id));
    call.becomeTask();
    this.#refresh(record.id);
    finishRounds(call, this.#stopping.signal)
      .then(
        (result) => this.#end(task, completed(result)),
        (error: unknown) => this.#end(task, failed(error)),
      )
      .finally(() => {
        this.#ended.delete(record.id);
        resolve(task.record);
      });
  }

  /** Takes down what has changed while a task runs. */
  #refresh(id: string): void {
    const task = this.#running.get(id);
    if (!task || isFinal(task.record)) return;
    const { questions, statusMessage, handle } = task.call;
    const status = questions.size > 0 ? 'input_required' : 'working';
    const inputRequests = questions.size > 0 ? questions.requests() : undefined;
    this.#change(task, { status, inputRequests, statusMessage: statusMessage?.slice(0, 1_000), handle });
  }

  async #end(task: RunningTask, change: Partial<TaskRecord>): Promise<void> {
    // Letting go of a task at the stop of the hub is no end of it.
    if (this.#running.get(task.record.id) !== task || isFinal(task.record)) return;
    this.#change(task, { inputRequests: undefined, ...change });
    const isKept = await task.writing;
    // What the store could not take stays here for those who ask.
    if (isKept ?? true) this.#running.delete(task.record.id);
  }

  #change(task: RunningTask, change: Partial<TaskRecord>): void {
    task.record = { ...task.record, ...change, updatedAt: this.#clock.now() };
    task.writing ??= this.#catchUp(task);
    this.onChange(task.record);
  }

  /** Writes the record until the store has the newest: changes that come faster than it can write share a write. */
  async #catchUp(task: RunningTask): Promise<boolean> {
    let written: TaskRecord | undefined;
    try {
      while (written !== task.record) {
        const { record } = task;
        await this.#store.write(record);
        written = record;
      }
      return true;
    } catch (cause) {
      this.#log.error('the state of a task could not be kept', { task: task.record.id, cause });
      return false;
    } finally {
      task.writing = undefined;
    }
  }

  #checkRoom(principal: Principal): void {
    const { maxTasks, maxTasksPerPrincipal } = this.#rules;
    const owner = principalKey(principal);
    const own = [...this.#running.values()].filter(
      ({ record }) => principalKey(record.principal) === owner,
    ).length;
    if (this.#running.size < maxTasks && own < maxTasksPerPrincipal) return;
    throw new SignalboxError(
      'overloaded',
      'too many tasks run; wait for some to end, or raise mcp.maxTasks or mcp.maxTasksPerPrincipal',
    );
  }

  #planPrune(): void {
    this.#cancelPrune = this.#clock.after(pruneEveryMs, () => {
      this.#dropExpired();
      this.#planPrune();
    });
  }

  #dropExpired(): void {
    const now = this.#clock.now();
    for (const { record, call } of this.#running.values()) {
      if (record.createdAt + record.ttlMs > now) continue;
      call.cancel(new SignalboxError('timeout', 'the task took longer than it may be kept'));
    }
    this.#store
      .prune(now)
      .catch((cause: unknown) => this.#log.warn('old tasks could not be removed', { cause }));
  }
}

/** Sorted by time, and not to be guessed: 122 bits of it are random or time. */
function newId(now: number): string {
  return `${uuidv7(now, randomBytes(10))}-${randomBytes(8).toString('hex')}`;
}
