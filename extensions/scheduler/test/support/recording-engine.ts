import {
  defineExtension,
  type Engine,
  type Events,
  engine,
  isEnded,
  type OrderChild,
  type RunDetail,
  type RunEvent,
  type RunOrder,
  type RunStatus,
  runChanged,
  SignalboxError,
} from '@signalbox/sdk';
import { type Database, database, type Migration, storeStep } from '@signalbox/store';
import { z } from 'zod';

interface OrderRow {
  readonly org: string;
  readonly id: string;
  readonly task: string;
  readonly place: number;
  readonly status: string;
  readonly ordered: string;
}

interface EngineTables {
  readonly test_orders: OrderRow;
}

const migrations: readonly Migration[] = [
  {
    id: 1,
    name: 'orders',
    sql: `create table test_orders (
      org text not null, id text not null primary key, task text not null, place bigint not null,
      status text not null, ordered text not null)`,
  },
];

/** The other side of the contract: it keeps the orders it is given in the store and lets a test say how far their runs have come. */
export class RecordingEngine implements Engine {
  readonly delivered: RunEvent[] = [];
  readonly canceled: { run: string; isForced: boolean }[] = [];
  wakes = 0;
  readonly #database: Database;
  readonly #events: Events;
  #place = 0;

  constructor(database: Database, events: Events) {
    this.#database = database;
    this.#events = events;
  }

  /** How runs are ordered for steps of other runs. */
  orderChild: OrderChild | undefined;

  readonly callTasks: Engine['callTasks'] = (orderChild) => {
    this.orderChild = orderChild;
  };

  readonly order: Engine['order'] = (order) => {
    if (order.pipeline['broken'] === true)
      throw new SignalboxError('invalid_params', 'the pipeline is broken');
    this.#place += 1;
    const row = {
      org: order.org,
      id: order.id,
      task: order.task?.id ?? '',
      place: this.#place,
      status: 'queued',
      ordered: JSON.stringify(order),
    };
    return [storeStep(this.#rows.insertInto('test_orders').values(row))];
  };

  readonly wake = (): void => {
    this.wakes += 1;
  };

  readonly find: Engine['find'] = async (org, id) => {
    const row = await this.#of(org).where('id', '=', id).executeTakeFirst();
    return row && toDetail(row);
  };

  readonly list: Engine['list'] = async (org, { task, limit }) => {
    const rows = await this.#of(org)
      .where('task', '=', task ?? '')
      .limit(limit)
      .execute();
    return rows.map(toDetail);
  };

  readonly countSince: Engine['countSince'] = async (org, since) => {
    const rows = (await this.#of(org).execute()).map(toDetail).filter(({ createdAt }) => createdAt >= since);
    return new Map(rows.map(({ status }) => [status, rows.filter((row) => row.status === status).length]));
  };

  readonly countOpen: Engine['countOpen'] = async (org, task) => {
    const rows = (await this.#of(org).where('task', '=', task).execute()).filter(isOpen).filter(isOfTask);
    const queued = rows.filter(({ status }) => status === 'queued').length;
    return { queued, begun: rows.length - queued };
  };

  readonly openRuns: Engine['openRuns'] = async (org, task) => {
    const rows = await this.#of(org).where('task', '=', task).orderBy('id').execute();
    return rows
      .filter(isOpen)
      .filter(isOfTask)
      .map(({ id }) => id);
  };

  readonly cancel: Engine['cancel'] = async (org, id, { isForced = false }) => {
    const run = await this.find(org, id);
    if (!run) throw new SignalboxError('not_found', 'there is no such run');
    if (isEnded(run.status)) throw new SignalboxError('conflict', 'the run has ended');
    this.canceled.push({ run: id, isForced });
    await this.set(id, 'canceled');
  };

  readonly retry: Engine['retry'] = async (_org, id) => this.set(id, 'queued');
  readonly answer: Engine['answer'] = async () => undefined;
  readonly questions: Engine['questions'] = async () => [];

  readonly budgets: Engine['budgets'] = { read: noBudgets, set: noBudgets };

  readonly deliver: Engine['deliver'] = async (event) => {
    if (!this.delivered.some(({ id, source }) => id === event.id && source === event.source))
      this.delivered.push(event);
  };

  /** Lets a run come so far, and tells of it unless nobody is there to hear it. */
  async set(id: string, status: RunStatus, isTold = true): Promise<void> {
    await this.#rows.updateTable('test_orders').set({ status }).where('id', '=', id).execute();
    const row = await this.#rows
      .selectFrom('test_orders')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst();
    if (row && isTold) this.#events.publish(runChanged, { org: row.org, run: id, task: row.task, status });
  }

  async forget(): Promise<void> {
    await this.#rows.deleteFrom('test_orders').execute();
  }

  /** Every order that was written, oldest first. */
  async orders(): Promise<readonly RunOrder[]> {
    const rows = await this.#rows.selectFrom('test_orders').selectAll().orderBy('id').execute();
    // Only order() writes the column.
    return rows.map(({ ordered }) => JSON.parse(ordered) as RunOrder);
  }

  #of(org: string) {
    return this.#rows.selectFrom('test_orders').selectAll().where('org', '=', org);
  }

  get #rows() {
    return this.#database.queries<EngineTables>();
  }
}

async function noBudgets(): Promise<never> {
  throw new SignalboxError('unsupported', 'runs that are not carried out use nothing up');
}

function isOpen({ status }: OrderRow): boolean {
  return !isEnded(status as RunStatus);
}

function isOfTask({ ordered }: OrderRow): boolean {
  const { trigger, isDryRun } = JSON.parse(ordered) as RunOrder;
  return trigger !== 'call' && trigger !== 'tool' && !isDryRun;
}

function toDetail({ ordered, status }: OrderRow): RunDetail {
  // Only order() writes the column.
  const order = JSON.parse(ordered) as RunOrder;
  const { id, org, task, title, trigger, params, scheduledAt, priority, pipeline, runAs } = order;
  return {
    id,
    org,
    title,
    trigger,
    params,
    scheduledAt,
    priority,
    pipeline,
    runAs,
    ...(task ? { task } : {}),
    status: status as RunStatus,
    createdAt: order.availableAt,
    depth: order.depth ?? 0,
    attempt: 1,
    questions: [],
    steps: [],
  };
}

/** The engine as an extension; the test gets hold of it when it is set up. */
export function recordingEngine(onSetup: (engine: RecordingEngine) => void) {
  return defineExtension({
    name: 'test-engine',
    config: z.strictObject({}),
    needs: [database],
    provides: [engine],
    setup: async ({ events, offer, use }) => {
      const own = use(database);
      await own.migrate('test-engine', migrations);
      const made = new RecordingEngine(own, events);
      onSetup(made);
      offer(engine, made);
    },
  });
}
