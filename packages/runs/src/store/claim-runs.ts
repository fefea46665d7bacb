import { isSignalboxError } from '@signalbox/sdk';
import { type Database, preparedRead, preparedWrite } from '@signalbox/store';
import { type Kysely, sql } from 'kysely';
import type { EngineTables, RunRow, SlotRow } from './engine-tables.ts';
import { type NamedIds, namedIds } from './named-ids.ts';

/** Who claims, until when, and how many at most. */
export interface Claim {
  readonly node: string;
  readonly now: number;
  readonly leaseMs: number;
  readonly limit: number;
  /** Runs it has already: a lease that ran out because the machine slept is renewed, not taken again. */
  readonly held: readonly string[];
}

type Due = Pick<RunRow, 'id' | 'org' | 'lease_epoch' | 'slot_key' | 'slot_limit'>;
/** One that has a slot already, or wants none. */
type Free = Pick<Due, 'id'>;
/** One that takes a place of its key. */
type Placed = Due & { readonly slot_key: string; readonly place: number };

const agingMs = 60_000;

/**
 * Takes runs that are due and nobody holds: by priority, which grows by one for every minute of waiting, then in the order they
 * became due. One of many claimants gets a run, and a key never has more runs than it may.
 */
export async function claimRuns(database: Database, claim: Claim): Promise<readonly RunRow[]> {
  const due = await findDue(database, claim);
  if (due.length === 0) return [];
  const { free, placed } = await withPlaces(database, due);
  await Promise.all([
    claimFree(database, free, claim),
    ...placed.map((each) => claimPlaced(database, each, claim)),
  ]);
  // Who stood still since the claim finds rows another node has claimed by now, and must not take that claim for its own.
  const { node, now, leaseMs } = claim;
  const rows = await readClaimed(database, { node, until: now + leaseMs, ...namedIds(due) });
  return due.flatMap(({ id }) => rows.find((row) => row.id === id) ?? []);
}

/** When the next run is due that nobody holds; undefined when there is none. */
export async function nextDueAt(database: Database): Promise<number | undefined> {
  const [row] = await readNextDue(database, {});
  return row?.available_at;
}

const readNextDue = preparedRead((queries: Kysely<EngineTables>) =>
  queries
    .selectFrom('engine_runs')
    .select('available_at')
    .where('finished_at', 'is', null)
    .where('lease_until', '=', 0)
    .orderBy('available_at')
    .limit(1),
);

async function findDue(database: Database, { now, limit, held }: Claim): Promise<readonly Due[]> {
  // Of those it holds few are due: as many more are looked for.
  const rows = await readDue(database, { now, limit: limit + held.length });
  const own = new Set(held);
  return rows.filter(({ id }) => !own.has(id)).slice(0, limit);
}

const readDue = preparedRead(
  (queries: Kysely<EngineTables>, { now, limit }: { now: number; limit: number }) =>
    queries
      .selectFrom('engine_runs as run')
      .select(['run.id', 'run.org', 'run.lease_epoch', 'run.slot_key', 'run.slot_limit'])
      .where('run.finished_at', 'is', null)
      .where('run.available_at', '<=', now)
      .where('run.lease_until', '<', now)
      .where((where) =>
        where.or([
          where('run.slot_key', 'is', null),
          where(
            where
              .selectFrom('engine_slots as slot')
              .select((slots) => slots.fn.countAll<number>().as('count'))
              .whereRef('slot.org', '=', 'run.org')
              .whereRef('slot.slot_key', '=', 'run.slot_key'),
            '<',
            where.ref('run.slot_limit'),
          ),
          where.exists(
            where.selectFrom('engine_slots as own').select('own.place').whereRef('own.run_id', '=', 'run.id'),
          ),
        ]),
      )
      .orderBy(sql`run.priority - (cast(${now} as bigint) - run.available_at) / ${sql.lit(agingMs)}`)
      .orderBy('run.available_at')
      .orderBy('run.id')
      .limit(limit),
);

/** Finds each that wants one a free place of its key, where there is one; who was faster is found out when it is written. */
async function withPlaces(
  database: Database,
  due: readonly Due[],
): Promise<{ readonly free: readonly Free[]; readonly placed: readonly Placed[] }> {
  const keys = [...new Set(due.flatMap(({ slot_key }) => slot_key ?? []))];
  if (keys.length === 0) return { free: due, placed: [] };
  const slots = await database
    .queries<EngineTables>()
    .selectFrom('engine_slots')
    .selectAll()
    .where('slot_key', 'in', keys)
    .execute();
  const taken = new Set(slots.map(({ org, slot_key, place }) => `${org}\n${slot_key}\n${place}`));
  const holders = new Set(slots.map(({ run_id }) => run_id));
  const placed = due.flatMap((each): readonly Placed[] => {
    const { id, org, slot_key, slot_limit } = each;
    if (slot_key === null || holders.has(id)) return [];
    let place = 0;
    while (taken.has(`${org}\n${slot_key}\n${place}`)) place++;
    taken.add(`${org}\n${slot_key}\n${place}`);
    return place < (slot_limit ?? 0) ? [{ ...each, slot_key, place }] : [];
  });
  return { free: due.filter(({ id, slot_key }) => slot_key === null || holders.has(id)), placed };
}

/** All in one statement, which takes those that are still there to be taken. */
async function claimFree(
  database: Database,
  free: readonly Free[],
  { node, now, leaseMs }: Claim,
): Promise<void> {
  if (free.length === 0) return;
  await database.together([takeFree(database, { node, now, until: now + leaseMs, ...namedIds(free) })]);
}

type Taking = { readonly node: string; readonly now: number; readonly until: number };

const takeFree = preparedWrite<EngineTables, Taking & NamedIds>((queries, { node, now, until, ...ids }) =>
  queries
    .updateTable('engine_runs')
    .set((set) => ({
      status: 'running',
      lease_node: node,
      lease_epoch: set('lease_epoch', '+', 1),
      lease_until: until,
      started_at: set.fn.coalesce('started_at', set.val(now)),
    }))
    .where('id', 'in', Object.values<string>(ids))
    .where('finished_at', 'is', null)
    .where('available_at', '<=', now)
    .where('lease_until', '<', now),
);

/** With its place; each by itself, for the place may be gone. */
async function claimPlaced(
  database: Database,
  { id, org, lease_epoch: epoch, slot_key, place }: Placed,
  { node, now, leaseMs }: Claim,
): Promise<void> {
  const slot = { org, slot_key, place, run_id: id };
  try {
    await database.together([
      takePlaced(database, { id, epoch, node, now, until: now + leaseMs }),
      keepSlot(database, slot),
    ]);
  } catch (error) {
    if (!isSignalboxError(error) || error.code !== 'conflict') throw error;
  }
}

const takePlaced = preparedWrite<EngineTables, Taking & { readonly id: string; readonly epoch: number }>(
  (queries, { id, epoch, node, now, until }) =>
    queries
      .updateTable('engine_runs')
      .set((set) => ({
        status: 'running',
        lease_node: node,
        lease_epoch: set('lease_epoch', '+', 1),
        lease_until: until,
        started_at: set.fn.coalesce('started_at', set.val(now)),
      }))
      .where('id', '=', id)
      .where('lease_epoch', '=', epoch)
      .where('finished_at', 'is', null),
  1,
);

const keepSlot = preparedWrite<EngineTables, SlotRow>((queries, row) =>
  queries.insertInto('engine_slots').values(row),
);

const readClaimed = preparedRead(
  (queries: Kysely<EngineTables>, { node, until, ...ids }: { node: string; until: number } & NamedIds) =>
    queries
      .selectFrom('engine_runs')
      .selectAll()
      .where('id', 'in', Object.values<string>(ids))
      .where('lease_node', '=', node)
      .where('lease_until', '=', until),
);
