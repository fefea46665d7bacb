import { createHmac } from 'node:crypto';
import { startTestHub } from '@signalbox/testkit';
import { expect, test } from 'vitest';

test('a hub proves that it holds the owner key to whoever asks with a nonce', async () => {
  const hub = await startTestHub({ extensions: [] });
  const ask = async (query: string): Promise<unknown> => {
    const answer = await fetch(`${hub.url}/local/proof${query}`);
    return [answer.status, await answer.json()];
  };
  const nonce = '0123456789abcdef'.repeat(4);
  const proof = createHmac('sha256', hub.key).update(`signalbox-proof:${nonce}`).digest('hex');
  expect(await ask(`?nonce=${nonce}`)).toEqual([200, { proof }]);
  for (const wrong of ['', '?nonce=', `?nonce=${'a'.repeat(31)}`, `?nonce=${'a'.repeat(129)}`, '?nonce=zz']) {
    expect(await ask(wrong)).toEqual([400, expect.objectContaining({ error: expect.anything() })]);
  }
  await hub.stop();
});
