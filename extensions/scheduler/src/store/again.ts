import { SignalboxError } from '@signalbox/sdk';
import { isStale } from './is-stale.ts';

const maxTries = 20;

/**
 * Reads, decides and writes again as long as somebody else was quicker with the same row. Errors: those of the action, `overloaded`
 * when others are quicker again and again.
 */
export async function again<Result>(
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
  }
}
