import { startTestHub, type TestHub } from '@signalbox/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bearer, send } from '../support/http.ts';
import { web } from '../support/web.ts';

let hub: TestHub;

beforeAll(async () => {
  hub = await startTestHub({
    extensions: [web],
    settings: { http: { port: 0, anonymous: 'public' } },
  });
});

afterAll(() => hub.stop());

const pet = (headers: Record<string, string> = {}) => send(`${hub.url}/api/v1/pets/rex`, { headers });

describe('a hub that lets everybody in at level public', () => {
  test('asks for no credential, and gives no more than that level', async () => {
    const raw = await send(`${hub.url}/raw`);
    expect([raw.status, JSON.parse(raw.body).principal]).toEqual([200, 'anonymous']);
    const refused = await pet();
    expect([refused.status, refused.body.includes('you have public')]).toEqual([403, true]);
  });

  test('refuses a credential that is none, instead of taking it as nobody', async () => {
    expect((await pet({ authorization: 'Bearer garbage' })).status).toBe(401);
    expect((await send(`${hub.url}/raw`, { headers: { authorization: 'Bearer garbage' } })).status).toBe(401);
  });

  test('still knows the owner', async () => {
    expect((await pet(bearer(hub.key))).status).toBe(200);
  });
});
