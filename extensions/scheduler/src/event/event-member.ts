import { type JsonObject, type JsonValue, type Orderer, orderersKept } from '@signalbox/sdk';
import type { EventRow } from '../store/scheduler-tables.ts';

/** An event as its run sees it. */
export function toEventMember({ topic, event_id: id, source, payload }: EventRow): JsonObject {
  // Only published events are written there.
  return { topic, id, source, payload: JSON.parse(payload) as JsonValue };
}

/** Whose wish it was that it is told. */
export function tellersOf({ told_by: told }: EventRow): readonly Orderer[] {
  return told === null ? [] : orderersKept.parse(JSON.parse(told));
}
