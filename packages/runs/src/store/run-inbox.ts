import { isSignalboxError, orderersKept, requireRoomFor } from '@signalbox/sdk';
import { type Database, preparedRead, storeStep } from '@signalbox/store';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { EngineTables } from './engine-tables.ts';
import { readRunAs } from './run-as.ts';

const busEvent = z.object({
  topic: z.string(),
  id: z.string(),
  payload: z.json(),
  source: z.string().optional(),
});

const inboxMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('cancel'), reason: z.string(), isForced: z.boolean() }),
  z.object({
    kind: z.literal('answer'),
    path: z.string(),
    question: z.string(),
    isApproved: z.boolean(),
    value: z.json().optional(),
    by: z.string(),
    orderers: orderersKept.exactOptional(),
  }),
  z.object({
    kind: z.literal('event'),
    path: z.string(),
    event: busEvent,
    orderers: orderersKept.exactOptional(),
  }),
  z.object({ kind: z.literal('child'), path: z.string(), attempt: z.int(), run: z.string() }),
]);

/** Something from outside a run is told. */
export type InboxMessage = z.output<typeof inboxMessage>;

/** A message as it lies in the inbox. */
export interface Letter {
  readonly id: string;
  readonly message: InboxMessage;
}

/** For whom, under which id, and what. */
export interface Delivery {
  readonly run: string;
  readonly id: string;
  readonly message: InboxMessage;
}

/**
 * Puts a message into a run's inbox and makes the run due; the same id twice is one message. Nothing happens for a run that has
 * ended. Resolves true when it is there. Errors: those of the store, `forbidden` where those who want it would be too many to have ordered
 * what one run does.
 */
export async function deliverMessage(database: Database, now: number, delivery: Delivery): Promise<boolean> {
  const { run, id } = delivery;
  const queries = database.queries<EngineTables>();
  const known = await queries
    .selectFrom('engine_runs')
    .select('run_as')
    .where('id', '=', run)
    .where('finished_at', 'is', null)
    .executeTakeFirst();
  if (!known) return false;
  const { message } = delivery;
  if ('orderers' in message) requireRoomFor(message.orderers ?? [], readRunAs(known));
  const letter = { run_id: run, id, at: now, message: JSON.stringify(message) };
  // The run first: one that has ended in the meantime gets no letter, which nobody would take out again.
  const wake = queries
    .updateTable('engine_runs')
    .set(({ eb }) => ({ inbox_seq: eb('inbox_seq', '+', 1), available_at: now }))
    .where('id', '=', run)
    .where('finished_at', 'is', null);
  const insert = queries
    .insertInto('engine_inbox')
    .values(letter)
    .onConflict((conflict) => conflict.doNothing());
  try {
    await database.together([storeStep(wake, 1), storeStep(insert)]);
    return true;
  } catch (error) {
    if (isSignalboxError(error) && error.code === 'conflict') return false;
    throw error;
  }
}

/** What lies in a run's inbox, oldest first, and how much had come for it when this was read. */
export async function readInbox(
  database: Database,
  run: string,
): Promise<{ readonly inboxSeq: number; readonly letters: readonly Letter[] }> {
  // The number first: what comes in between is read, and counted as not seen.
  const [row] = await readSeq(database, { run });
  const inboxSeq = row?.inbox_seq ?? 0;
  if (inboxSeq === 0) return { inboxSeq, letters: [] };
  return { inboxSeq, letters: (await readRows(database, { run })).map(readLetter) };
}

const readSeq = preparedRead((queries: Kysely<EngineTables>, { run }: { run: string }) =>
  queries.selectFrom('engine_runs').select('inbox_seq').where('id', '=', run),
);

const readRows = preparedRead((queries: Kysely<EngineTables>, { run }: { run: string }) =>
  queries
    .selectFrom('engine_inbox')
    .selectAll()
    .where('run_id', '=', run)
    .orderBy('at')
    .orderBy('id')
    .limit(500),
);

/** What lies in the inboxes of several runs, by run, the oldest first: one question, however many there are. */
export async function readInboxes(
  database: Database,
  runs: readonly string[],
): Promise<ReadonlyMap<string, readonly Letter[]>> {
  const letters = new Map<string, Letter[]>();
  if (runs.length === 0) return letters;
  const rows = await database
    .queries<EngineTables>()
    .selectFrom('engine_inbox')
    .selectAll()
    .where('run_id', 'in', [...runs])
    .orderBy('at')
    .orderBy('id')
    .limit(500)
    .execute();
  for (const row of rows) {
    const letter = readableLetter(row);
    if (!letter) continue;
    const own = letters.get(row.run_id);
    if (own) own.push(letter);
    else letters.set(row.run_id, [letter]);
  }
  return letters;
}

/** One that cannot be read must not keep back those of other runs; its own run finds out when it reads its inbox itself. */
function readableLetter(row: { readonly id: string; readonly message: string }): Letter | undefined {
  try {
    return readLetter(row);
  } catch {
    return undefined;
  }
}

/** A row of the inbox as what it says. */
export function readLetter({ id, message: text }: { readonly id: string; readonly message: string }): Letter {
  return { id, message: inboxMessage.parse(JSON.parse(text)) };
}
