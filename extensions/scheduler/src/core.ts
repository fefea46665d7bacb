import { type Engine, SignalboxError } from '@signalbox/sdk';
import type { Announcer } from './announcer.ts';
import type { Notes } from './notes.ts';
import type { JointPlacing } from './place/joint-placing.ts';
import type { SchedulerParts } from './scheduler-parts.ts';
import type { Ids } from './store/ids.ts';
import type { Stores } from './store/stores.ts';
import type { TaskTurns } from './store/task-turns.ts';

/** What every operation of the scheduler works with. */
export interface Core extends SchedulerParts {
  readonly stores: Stores;
  readonly ids: Ids;
  readonly randomBytes: (size: number) => Uint8Array;
  readonly turns: TaskTurns;
  readonly joint: JointPlacing;
  readonly announcer: Announcer;
  readonly notes: Notes;
  /** Tells the loop that something may be due earlier than it thinks. */
  readonly wake: () => void;
  /** Ends when the tools that tasks are, are those the store says. */
  readonly renewPublished: () => Promise<void>;
  /** False where another source has the name that those of an organization are shown under. */
  readonly mayShowPublished: (org: string) => boolean;
}

/** {@link Core} where there is an engine. */
export interface OrderingCore extends Core {
  readonly ordering: Engine;
}

/** Errors: `unsupported` where nothing carries out pipelines. */
export function withEngine(core: Core): OrderingCore {
  const ordering = core.engine();
  if (ordering) return { ...core, ordering };
  throw new SignalboxError(
    'unsupported',
    'no extension of this hub carries out pipelines, so that no task can be run; tasks are kept',
  );
}
