import type { EventItem } from '@signalbox/api';
import type { EventView } from '@signalbox/sdk';
import { toInstant } from './to-instant.ts';

/** An event as answers have it. */
export function toEventItem({ at, ...event }: EventView): EventItem {
  return { ...event, at: toInstant(at) };
}
