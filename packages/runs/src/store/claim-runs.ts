import { isSignalboxError } from '@signalbox/sdk';
import { type Database, storeStep } from '@signalbox/store';
import { sql } from 'kysely';
import type { EngineTables, RunRow } from './engine-tables.ts';

/** Who claims, until when, and how many at most. */
export interface Claim {
  readonly node: string;
  readonly now: number;
  readonly leaseMs: number;
  readonly limit: number;
  /** Runs it has already: a lease that ran out because the machine slept is renewed, not taken again. */
  readonly held: readonly string[];
}

type Candidate = Pick<RunRow, 'id' | 'org' | 'lease_epoch' | 'slot_key'> & { readonly place: number | null };

const agingMs = 60_000;

/**
 * Takes runs that are due and nobody holds: by priority, which grows by one for every minute of waiting, then in the order they
 * became due. Each claim is one write, so one of many claimants gets a run, and a key never has more runs than it may.
 */
export async function claimRuns(database: Database, claim: Claim): Promise<readonly RunRow[]> {
  const candidates = await withPlaces(database, await findDue(database, claim));
  const claimed = await Promise.all(candidates.map((each) => tryClaim(database, each, claim)));
  const own = candidates.filter((_, index) => claimed[index]);
  if (own.length === 0) return [];
  const rows = await database
    .queries<EngineTables>()
    .selectFrom('engine_runs')
    .selectAll()
    .where(
      'id',
      'in',
      own.map(({ id }) => id),
    )
    .execute();
  // Who stood still since the claim finds rows another node has claimed by now, and must not take that claim for its own.
  return own.flatMap(
    ({ id, lease_epoch: before }) =>
      rows.find((row) => row.id === id && row.lease_epoch === before + 1 && row.lease_until > 0) ?? [],
  );
}

/** When the next run is due that nobody holds; undefined when there is none. */
export async function nextDueAt(database: Database): Promise<number | undefined> {
  const row = await database
    .queries<EngineTables>()
    .selectFrom('engine_runs')
    .select('available_at')
    .where('finished_at', 'is', null)
    .where('lease_until', '=', 0)
    .orderBy('available_at')
    .limit(1)
    .executeTakeFirst();
  return row?.available_at;
}

function findDue(
  database: Database,
  { now, limit, held }: Claim,
): Promise<readonly Omit<Candidate, 'place'>[]> {
  return database
    .queries<EngineTables>()
    .selectFrom('engine_runs as run')
    .select(['run.id', 'run.org', 'run.lease_epoch', 'run.slot_key'])
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
    .$if(held.length > 0, (query) => query.where('run.id', 'not in', [...held]))
    .orderBy(sql`run.priority - (${now} - run.available_at) / ${agingMs}`)
    .orderBy('run.available_at')
    .orderBy('run.id')
    .limit(limit)
    .execute();
}

/** Finds each that wants one a free place of its key; who was faster is found out when it is written. */
async function withPlaces(
  database: Database,
  candidates: readonly Omit<Candidate, 'place'>[],
): Promise<readonly Candidate[]> {
  const keys = [...new Set(candidates.flatMap(({ slot_key }) => slot_key ?? []))];
  if (keys.length === 0) return candidates.map((each) => ({ ...each, place: null }));
  const slots = await database
    .queries<EngineTables>()
    .selectFrom('engine_slots')
    .selectAll()
    .where('slot_key', 'in', keys)
    .execute();
  const taken = new Set(slots.map(({ org, slot_key, place }) => `${org}\n${slot_key}\n${place}`));
  const holders = new Set(slots.map(({ run_id }) => run_id));
  return candidates.map((each) => {
    if (each.slot_key === null || holders.has(each.id)) return { ...each, place: null };
    let place = 0;
    while (taken.has(`${each.org}\n${each.slot_key}\n${place}`)) place++;
    taken.add(`${each.org}\n${each.slot_key}\n${place}`);
    return { ...each, place };
  });
}

async function tryClaim(
  database: Database,
  { id, org, lease_epoch, slot_key, place }: Candidate,
  { node, now, leaseMs }: Claim,
): Promise<boolean> {
  const queries = database.queries<EngineTables>();
  const take = queries
    .updateTable('engine_runs')
    .set((set) => ({
      status: 'running',
      lease_node: node,
      lease_epoch: lease_epoch + 1,
      lease_until: now + leaseMs,
      started_at: set.fn.coalesce('started_at', set.val(now)),
    }))
    .where('id', '=', id)
    .where('lease_epoch', '=', lease_epoch)
    .where('finished_at', 'is', null)
    // A place above the limit is none: there were others in the same moment.
    .$if(place !== null, (query) => query.where('slot_limit', '>', place));
  const slot = { org, slot_key: slot_key ?? '', place: place ?? 0, run_id: id };
  const steps =
    place === null
      ? [storeStep(take, 1)]
      : [storeStep(take, 1), storeStep(queries.insertInto('engine_slots').values(slot))];
  try {
    await database.together(steps);
    return true;
  } catch (error) {
    if (isSignalboxError(error) && error.code === 'conflict') return false;
    throw error;
  }
}
