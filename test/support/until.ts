import { setTimeout as pause } from 'node:timers/promises';

const pollMs = 20;

/** Resolves with the first value that is not undefined; rejects with what was waited for when the time is up. */
export async function until<Value>(
  what: string,
  look: () => Value | undefined | Promise<Value | undefined>,
  timeoutMs = 15_000,
): Promise<Value> {
  const endsAt = performance.now() + timeoutMs;
  for (;;) {
    const value = await look();
    if (value !== undefined) return value;
    if (performance.now() > endsAt) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await pause(pollMs);
  }
}
