import { defineTopic } from './events.ts';
import type { StoreWrite } from './store-write.ts';

/** What has happened to a run that others may want to be told of: it has ended, or it asks something (`waiting`). */
export interface RunNote {
  readonly org: string;
  readonly run: string;
  readonly task?: string;
  readonly status: 'succeeded' | 'failed' | 'canceled' | 'timed_out' | 'waiting';
  /** UTC milliseconds. */
  readonly at: number;
}

/** A task that is not due any more until somebody does something about it. */
export interface TaskNote {
  readonly org: string;
  readonly task: string;
  readonly status: 'paused' | 'invalid';
  readonly reason?: string;
  readonly at: number;
}

/** An event that was told, by its id in the list of events. */
export interface EventNote {
  readonly org: string;
  readonly event: string;
  readonly topic: string;
  readonly at: number;
}

/**
 * The writes that keep a note of something. They go into the same write as what they tell of, so that there is never one without the
 * other, wherever the hub ends.
 */
export type WriteNote<Note> = (note: Note) => readonly StoreWrite[];

/** Published when an event was told for the first time, once it is kept, on the node that did it. */
export const eventPublished = defineTopic<EventNote>('event.published');
