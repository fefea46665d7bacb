import type { Clock } from '@signalbox/sdk';

/** How a promise ended, or undefined when it has not within the time. Never rejects. */
export async function outcomeWithin<Value>(
  clock: Clock,
  timeMs: number,
  promise: Promise<Value>,
): Promise<PromiseSettledResult<Value> | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const cancel = clock.after(timeMs, () => resolve(undefined));
  const settled = Promise.allSettled([promise]).then(([outcome]) => outcome);
  const outcome = await Promise.race([settled, late]);
  cancel();
  return outcome;
}
