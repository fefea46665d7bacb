import { type CallRequest, systemClock } from '@signalbox/sdk';
import { expect, test } from 'vitest';
import { AskDesk } from '../src/ask-desk.ts';
import { streamCall } from '../src/stream-call.ts';

test('who stops reading cancels the call', async () => {
  const made = Promise.withResolvers<CallRequest>();
  const items = streamCall(
    { kind: 'tool', target: 'x', view: 'all', canAsk: true },
    {
      calls: {
        call: (request) => {
          made.resolve(request);
          return new Promise(() => undefined);
        },
        list: () => ({ items: [], generation: 0 }),
        findRefusal: () => undefined,
      },
      clock: systemClock,
      desk: new AskDesk(() => 'ask'),
      callId: 'call',
      principal: { kind: 'user', id: 'ada', org: 'local', level: 'trusted', roles: ['member'] },
      interface: { name: 'api', level: 'anchor' },
      signal: new AbortController().signal,
    },
  );
  expect((await items.next()).value).toEqual({ type: 'started', callId: 'call' });
  const { signal, channels } = await made.promise;
  const asked = channels?.ask?.({ method: 'elicitation/create', params: {} }, signal);
  await items.return(undefined);
  expect(signal.aborted).toBe(true);
  await expect(asked).rejects.toMatchObject({ code: 'cancelled' });
});
