import { SignalboxError } from '@signalbox/sdk';
import type { Core } from '../core.ts';
import { isStale } from './is-stale.ts';

const maxTries = 50;
/** So many are made at once; from then on others are let pass first. */
const triesAtOnce = 5;
const longestWaitMs = 64;

/**
 * Reads, decides and writes again as long as somebody else was quicker with the same row; who was slower several times waits a little
 * before the next, for a random time. Errors: those of the action, `overloaded` when others are quicker again and again.
 */
export async function again<Result>(
  core: Pick<Core, 'clock' | 'randomBytes'>,
  action: () => Promise<Result>,
  isPassing: (error: unknown) => boolean = isStale,
): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await action();
    } catch (error) {
      if (!isPassing(error)) throw error;
      if (tries === maxTries)
        throw new SignalboxError('overloaded', 'this task is changed by many at once; try again', {
          cause: error,
        });
    }
    if (tries >= triesAtOnce) await wait(core, 1 + (tries - triesAtOnce) * 4);
  }
}

async function wait(
  { clock, randomBytes }: Pick<Core, 'clock' | 'randomBytes'>,
  mostMs: number,
): Promise<void> {
  const [part = 0] = randomBytes(1);
  const waitMs = Math.ceil((Math.min(mostMs, longestWaitMs) * (part + 1)) / 256);
  await new Promise<void>((resolve) => void clock.after(waitMs, resolve));
}
