import { matchesTopic } from '@signalbox/schedule';
import {
  type Clock,
  type DayBudgets,
  type Engine,
  isSignalboxError,
  type Log,
  type OrderChild,
  type Orderer,
  type RunAnswer,
  type RunDetail,
  type RunEvent,
  type RunNote,
  type RunOrder,
  type RunQuestion,
  type RunSelection,
  type RunTrigger,
  type RunView,
  SignalboxError,
  type StoreWrite,
  type WriteNote,
} from '@signalbox/sdk';
import { type Database, joinedRead } from '@signalbox/store';
import type { Plans } from './plans.ts';
import type { ChildRuns } from './run/child-runs.ts';
import { endUnbegun } from './run/end-unbegun.ts';
import { parentOf } from './run/finish-run.ts';
import type { TellStatus } from './run/tell-status.ts';
import type { EngineTables, QuestionRow, RunRow } from './store/engine-tables.ts';
import { orderWrites } from './store/order-writes.ts';
import { countRuns, findRun, listRuns, openQuestions } from './store/read-runs.ts';
import { retryRun } from './store/retry-run.ts';
import { deliverMessage, type InboxMessage } from './store/run-inbox.ts';
import { countChild } from './store/run-writes.ts';

/** Why there are runs that somebody waits for. */
const waitedFor: readonly RunTrigger[] = ['call', 'tool'];

/** Who carries the runs out that stand in the store. */
export interface Crew {
  /** Looks for runs that are due, now. */
  readonly look: () => void;
  /** Hears that something lies in the inbox of a run. */
  readonly tell: (run: string) => Promise<void>;
  /** As in {@link Engine}. */
  readonly standAside?: (run: string) => () => void;
}

/** What the engine is made of. */
export interface StoredParts {
  readonly database: Database;
  readonly plans: Plans;
  readonly crew: Crew;
  readonly children: ChildRuns;
  readonly budgets: DayBudgets;
  readonly clock: Clock;
  readonly log: Log;
  /** Told how a run has ended that nobody had begun. */
  readonly onStatus: TellStatus;
  readonly writeNote?: WriteNote<RunNote>;
  /** Takes how notes of runs are written down. */
  readonly takeNotes?: (write: WriteNote<RunNote>) => void;
}

type OpenRow = Pick<RunRow, 'id' | 'org' | 'task_id' | 'started_at'>;

/** The service `engine` over the hub's own store, whoever carries the runs out: orders, answers and events are rows there. */
export class StoredEngine implements Engine {
  readonly #parts: StoredParts;
  readonly budgets: DayBudgets;

  constructor(parts: StoredParts) {
    this.#parts = parts;
    this.budgets = parts.budgets;
  }

  order = (order: RunOrder): readonly StoreWrite[] => {
    const { database, plans, clock } = this.#parts;
    const { hash } = plans.of(order.pipeline);
    return orderWrites(database, order, hash, clock.now());
  };

  /** Orders a run for a step of another. Errors: those of the store, `conflict` when that one has ended meanwhile. */
  orderChild = async (order: RunOrder): Promise<void> => {
    const { database } = this.#parts;
    const isWanted = order.parent ? [countChild(database, { run: order.parent.run })] : [];
    await database.together([...isWanted, ...this.order(order)]);
  };

  callTasks = (orderChild: OrderChild): void => this.#parts.children.use(orderChild);

  noteRuns = (write: WriteNote<RunNote>): void => this.#parts.takeNotes?.(write);

  standAside = (run: string): (() => void) => this.#parts.crew.standAside?.(run) ?? (() => undefined);

  wake = (): void => this.#parts.crew.look();

  find = (org: string, id: string): Promise<RunDetail | undefined> => findRun(this.#parts.database, org, id);

  list = (org: string, selection: RunSelection): Promise<readonly RunView[]> =>
    listRuns(this.#parts.database, org, selection);

  countSince: Engine['countSince'] = (org, since) => countRuns(this.#parts.database, org, since);

  questions = (org: string): Promise<readonly RunQuestion[]> => openQuestions(this.#parts.database, org);

  countOpen: Engine['countOpen'] = async (org, task) => {
    const rows = await this.#openOf(org, task);
    const queued = rows.filter(({ started_at }) => started_at === null).length;
    return { queued, begun: rows.length - queued };
  };

  openRuns: Engine['openRuns'] = async (org, task) => (await this.#openOf(org, task)).map(({ id }) => id);

  cancel: Engine['cancel'] = async (org, id, { reason, isForced = false }) => {
    await this.#mustBeOpen(org, id);
    await this.stop(id, { reason, isForced });
  };

  /** True for a run that was ordered and is still known, whosever it is. Errors: those of the store. */
  isThere = async (id: string): Promise<boolean> => {
    const row = await this.#queries
      .selectFrom('engine_runs')
      .select('id')
      .where('id', '=', id)
      .executeTakeFirst();
    return row !== undefined;
  };

  /** As `cancel`, for a run that may have ended or never been there. Errors: those of the store. */
  stop = async (id: string, how: { readonly reason: string; readonly isForced: boolean }): Promise<void> => {
    const { crew, onStatus } = this.#parts;
    const ended = await endUnbegun(this.#parts, id, how.reason);
    if (!ended) return this.#tell(id, how.isForced ? 'cancel!' : 'cancel', { kind: 'cancel', ...how });
    onStatus(ended, 'canceled', ended.error);
    const parent = parentOf(ended.row);
    if (parent !== undefined) await crew.tell(parent);
  };

  retry: Engine['retry'] = async (org, id, { orderers = [], also = [] } = {}) => {
    const { database, clock } = this.#parts;
    await retryRun(database, { org, id, now: clock.now(), orderers }, also);
    this.wake();
  };

  answer: Engine['answer'] = async (org: string, given: RunAnswer) => {
    const { run, path, isApproved, answer, by } = given;
    const question = await this.#queries
      .selectFrom('engine_questions')
      .select(['question', 'reason'])
      .where('org', '=', org)
      .where('run_id', '=', run)
      .where('path', '=', path)
      .executeTakeFirst();
    if (!question)
      throw new SignalboxError(
        'not_found',
        `run ${run} asks nothing at "${path}"; it may have been answered`,
      );
    const orderers = orderersOf(given, question);
    const message = { kind: 'answer', path, question: question.question, isApproved, by, orderers } as const;
    // The first answer counts; one that does not fit is not one, so another may follow it.
    const id = `answer:${path}:${question.question}:${this.#parts.clock.now()}`;
    await this.#tell(run, id, answer === undefined ? message : { ...message, value: answer });
  };

  deliver: Engine['deliver'] = async ({ org, orderers = [], ...event }: RunEvent) => {
    const waits = await this.#queries.selectFrom('engine_waits').selectAll().where('org', '=', org).execute();
    for (const { run_id, path, topic } of waits) {
      if (!matchesTopic(topic, event.topic)) continue;
      const message = { kind: 'event', path, event, orderers } as const;
      await this.#tell(run_id, `event:${path}:${event.source}:${event.id}`, message).catch((cause: unknown) =>
        this.#leaveUntold(run_id, cause),
      );
    }
  };

  /** One run too many have ordered already keeps nobody else from what they wait for. */
  #leaveUntold(run: string, cause: unknown): void {
    if (!isSignalboxError(cause) || cause.code !== 'forbidden') throw cause;
    this.#parts.log.warn('a run was not told an event it waits for', { run, cause });
  }

  async #tell(run: string, id: string, message: InboxMessage): Promise<void> {
    const { database, clock, crew } = this.#parts;
    if (await deliverMessage(database, clock.now(), { run, id, message })) await crew.tell(run);
  }

  async #mustBeOpen(org: string, id: string): Promise<void> {
    const row = await this.#queries
      .selectFrom('engine_runs')
      .select(['status', 'finished_at'])
      .where('org', '=', org)
      .where('id', '=', id)
      .executeTakeFirst();
    if (!row) throw new SignalboxError('not_found', `there is no run "${id.slice(0, 64)}"`);
    if (row.finished_at !== null)
      throw new SignalboxError('conflict', `run ${id} has ended already: ${row.status}`);
  }

  /** Those that times, events and people have made of a task; not those a step or a call as a tool waits for. */
  #openOf(org: string, task: string): Promise<readonly OpenRow[]> {
    return this.#readOpen({ org, task });
  }

  /** Many tasks are due in the same moment. */
  readonly #readOpen = joinedRead<{ readonly org: string; readonly task: string }, OpenRow>(
    (keys) =>
      this.#queries
        .selectFrom('engine_runs')
        .select(['id', 'org', 'task_id', 'started_at'])
        .where(
          'task_id',
          'in',
          keys.map(({ task }) => task),
        )
        .where('cause', 'not in', waitedFor)
        .where('is_dry_run', '=', 0)
        .where('finished_at', 'is', null)
        .orderBy('id')
        .execute(),
    (row, { org, task }) => row.org === org && row.task_id === task,
  );

  get #queries() {
    return this.#parts.database.queries<EngineTables>();
  }
}

/** Those for whose answer something is done that they have chosen: a call made again, or whatever they say beyond yes. */
function orderersOf(
  { isApproved, answer, orderers = [] }: RunAnswer,
  { reason }: Pick<QuestionRow, 'reason'>,
): readonly Orderer[] {
  return isApproved && (reason === 'in_doubt' || answer !== undefined) ? orderers : [];
}
