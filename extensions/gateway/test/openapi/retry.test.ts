import { SignalboxError } from '@signalbox/sdk';
import { expect, test } from 'vitest';
import { withRetries } from '../../src/openapi/retry.ts';
import { FakeClock } from '../support/fake-clock.ts';

/** What became of a request that is answered like this, and how long the waits between were. */
async function run(method: string, answers: readonly (number | string)[], retryAfter?: string) {
  const clock = new FakeClock();
  const waits: number[] = [];
  let sent = 0;
  const after: FakeClock['after'] = (delayMs, callback) => {
    waits.push(delayMs);
    return clock.after(0, callback);
  };
  const rule = {
    maxRetries: 2,
    clock: { now: clock.now, after },
    random: () => 1,
    signal: new AbortController().signal,
  };
  const outcome = withRetries(method, rule, async () => {
    const answer = answers[sent++] ?? 200;
    if (typeof answer === 'number') return { status: answer, retryAfter };
    throw new SignalboxError('upstream_unavailable', 'gone', { details: { code: answer } });
  }).then(
    ({ status }) => status,
    (error: unknown) => (error instanceof SignalboxError ? error.code : 'other'),
  );
  await clock.advance(10);
  return { outcome: await outcome, sent, waits };
}

test.each([
  ['GET', [503, 502, 200], undefined, { outcome: 200, sent: 3, waits: [250, 500] }],
  ['GET', [503, 503, 503], undefined, { outcome: 503, sent: 3, waits: [250, 500] }],
  ['PUT', ['ECONNREFUSED', 200], undefined, { outcome: 200, sent: 2, waits: [250] }],
  ['DELETE', [429, 204], '3', { outcome: 204, sent: 2, waits: [3_000] }],
  ['GET', [429, 200], '3600', { outcome: 429, sent: 1, waits: [] }],
  ['GET', [429, 200], 'Thu, 01 Jan 1970 00:16:42 GMT', { outcome: 200, sent: 2, waits: [2_000] }],
  ['GET', [500], undefined, { outcome: 500, sent: 1, waits: [] }],
  ['GET', ['ENOTFOUND'], undefined, { outcome: 'upstream_unavailable', sent: 1, waits: [] }],
  ['POST', [503], undefined, { outcome: 503, sent: 1, waits: [] }],
  ['POST', ['ECONNRESET'], undefined, { outcome: 'upstream_unavailable', sent: 1, waits: [] }],
  ['PATCH', [429], '0', { outcome: 429, sent: 1, waits: [] }],
])('%s answered with %j (Retry-After %s) gives %j', async (method, answers, retryAfter, wanted) => {
  expect(await run(method, answers, retryAfter)).toEqual(wanted);
});
