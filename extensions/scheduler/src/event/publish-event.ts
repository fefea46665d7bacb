import { randomUUID } from 'node:crypto';
import {
  type EventInput,
  type EventNote,
  eventInput,
  eventPublished,
  isSignalboxError,
  orderersIn,
  type PublishedEvent,
  parseWith,
  SignalboxError,
  type TaskRun,
  type Viewer,
} from '@signalbox/sdk';
import { depthOf } from '../access/caller-depth.ts';
import { requirePermission } from '../access/task-access.ts';
import { type Core, type OrderingCore, withEngine } from '../core.ts';
import { isStale } from '../store/is-stale.ts';
import type { EventRow } from '../store/scheduler-tables.ts';
import { placeEvent } from './place-event.ts';
import { toKnownRun } from './to-known-run.ts';

const maxPayload = 262_144;

/** Keeps an event and gives it to who wants it. What is not done when the hub stops in between is done after it has started again. */
export async function publishEvent(core: Core, viewer: Viewer, input: EventInput): Promise<PublishedEvent> {
  requirePermission(core, viewer, 'tasks:run');
  const ordering = withEngine(core);
  const event = await parseWith(eventInput, input, 'the event');
  const payload = JSON.stringify(event.payload);
  if (payload.length > maxPayload)
    throw new SignalboxError(
      'too_large',
      `the payload of an event has at most ${maxPayload} characters of JSON`,
    );
  requireOwnName(viewer, event.source);
  const { kind, id, org } = viewer.principal;
  const nowMs = core.clock.now();
  const row: EventRow = {
    org,
    id: core.ids.next(),
    topic: event.topic,
    source: event.source ?? `${kind} ${id}`,
    event_id: event.id ?? randomUUID(),
    payload,
    depth: await depthOf(core, viewer),
    at: nowMs,
    is_placed: 0,
    told_by: JSON.stringify(orderersIn(viewer.principal)),
  };
  const kept = await keep(core, row);
  const isNew = kept.id === row.id;
  if (isNew) core.events.publish(eventPublished, toNote(row));
  const isDone = !isNew && kept.is_placed === 1;
  const runs = isDone ? await readPlaced(core, kept) : await placeNow(ordering, kept);
  return { id: kept.id, event_id: kept.event_id, is_new: isNew, runs };
}

/** Everybody has it who wanted it then: it is news for nobody, whatever tasks and runs want by now. */
async function readPlaced({ stores }: Core, event: EventRow): Promise<readonly TaskRun[]> {
  return (await stores.occurrences.ofEvent(event)).map(toKnownRun);
}

/** What cannot be placed for others is placed soon by the loop: it is kept, and who told it has to know that. */
async function placeNow(core: OrderingCore, event: EventRow): Promise<readonly TaskRun[]> {
  try {
    return await placeEvent(core, event);
  } catch (error) {
    if (!isSignalboxError(error) || error.code !== 'overloaded') throw error;
    return [];
  }
}

/**
 * The names the hub gives sources say who has told an event: nobody else tells one in them, nor has what they tell taken for known.
 * Errors: `forbidden`.
 */
function requireOwnName({ principal: { kind, id, credential } }: Viewer, source: string | undefined): void {
  if (source === undefined || !/^(?:user|service|extension|anonymous|webhook) /.test(source)) return;
  if (source === `${kind} ${id}`) return;
  if (credential?.kind === 'task' && source === `webhook ${credential.id}`) return;
  throw new SignalboxError(
    'forbidden',
    `"${source}" is the name of somebody else as a source of events; take another, or none for your own`,
  );
}

/** Writes an event, or gives the one its source has told before. */
async function keep({ database, stores, notes }: Core, row: EventRow): Promise<EventRow> {
  try {
    await database.together([stores.events.insert(row), ...notes.ofEvent(toNote(row))]);
    return row;
  } catch (error) {
    if (!isStale(error)) throw error;
    const known = await stores.events.findAtSource(row.org, row.source, row.event_id);
    if (!known) throw error;
    return known;
  }
}

function toNote({ org, id: event, topic, at }: EventRow): EventNote {
  return { org, event, topic, at };
}
