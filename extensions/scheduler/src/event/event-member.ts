import type { JsonObject, JsonValue } from '@signalbox/sdk';
import type { EventRow } from '../store/scheduler-tables.ts';

/** An event as its run sees it. */
export function toEventMember({ topic, event_id: id, source, payload }: EventRow): JsonObject {
  // Only published events are written there.
  return { topic, id, source, payload: JSON.parse(payload) as JsonValue };
}
