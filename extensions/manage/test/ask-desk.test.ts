import type { Principal } from '@signalbox/sdk';
import { expect, test } from 'vitest';
import { AskDesk } from '../src/ask-desk.ts';

const ada: Principal = { kind: 'user', id: 'ada', org: 'local', level: 'trusted' };
const { signal } = new AbortController();
const yes = { action: 'accept' } as const;

function desk(): AskDesk {
  let count = 0;
  return new AskDesk(() => `ask-${++count}`);
}

test('a question is answered once, by the principal of its call only', async () => {
  const open = desk();
  using _call = open.open('call', ada);
  const answer = open.ask('call', signal, () => undefined);
  const at = { callId: 'call', askId: 'ask-1' };
  for (const other of [
    { ...ada, id: 'eve' },
    { ...ada, org: 'other' },
    { ...ada, kind: 'service' as const },
  ]) {
    expect(() => open.answer(at, other, yes)).toThrow(expect.objectContaining({ code: 'not_found' }));
  }
  open.answer(at, { ...ada, level: 'anchor' }, yes);
  expect(await answer).toEqual(yes);
  expect(() => open.answer(at, ada, yes)).toThrow(expect.objectContaining({ code: 'not_found' }));
});

test('a question ends with its call, its signal, and the desk', async () => {
  const open = desk();
  const call = open.open('a', ada);
  const first = open.ask('a', signal, () => undefined);
  call[Symbol.dispose]();
  await expect(first).rejects.toMatchObject({ code: 'cancelled' });
  await expect(open.ask('a', signal, () => undefined)).rejects.toMatchObject({ code: 'cancelled' });
  using _b = open.open('b', ada);
  const away = new AbortController();
  const second = open.ask('b', away.signal, () => undefined);
  away.abort();
  await expect(second).rejects.toMatchObject({ code: 'cancelled' });
  const third = open.ask('b', signal, () => undefined);
  open.close();
  await expect(third).rejects.toMatchObject({ code: 'cancelled' });
});

test('the open questions of a call are bounded', async () => {
  const open = desk();
  const call = open.open('a', ada);
  const asked = Array.from({ length: 16 }, () => open.ask('a', signal, () => undefined));
  await expect(open.ask('a', signal, () => undefined)).rejects.toMatchObject({ code: 'rate_limited' });
  call[Symbol.dispose]();
  expect((await Promise.allSettled(asked)).every(({ status }) => status === 'rejected')).toBe(true);
});
