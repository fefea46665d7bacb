import { afterEach, expect, test } from 'vitest';
import { errorOf } from './support/error-of.ts';
import { startHttpFixture, stdioFixture } from './support/fixture.ts';
import { startGateway, type TestGateway } from './support/gateway-context.ts';

let gateway: TestGateway;

afterEach(() => gateway.stop());

test('what the hub sends an upstream over HTTP is not in the errors it answers with', async () => {
  const fixture = await startHttpFixture('misbehaving-http.mjs', ['repeats-secrets']);
  try {
    const headers = { Authorization: 'Bearer canary-1-abc', 'X-Key': 'canary-2-abc' };
    const url = `${fixture.url}?key=canary%2D3-abc`;
    gateway = await startGateway({ upstreams: { bad: { url, headers } } });
    await gateway.untilState('bad', 'available');
    const error = await errorOf(gateway.call({ upstream: 'bad', name: 'go' }));
    const message = 'refused [redacted] [redacted] at /mcp?key=[redacted]';
    expect({ code: error.code, message: error.message, details: error.details }).toEqual({
      code: 'upstream_refused',
      message,
      details: { rpc: { code: -32000, message, data: { sent: ['[redacted]'] } } },
    });
  } finally {
    await fixture.stop();
  }
});

test('what the hub gives a process in its environment is not in the errors it answers with', async () => {
  const bad = stdioFixture('misbehaving.mjs', ['repeats-secrets'], { env: { SHOP_PASSWORD: 'canary-4' } });
  gateway = await startGateway({ upstreams: { bad } });
  await gateway.untilState('bad', 'available');
  const error = await errorOf(gateway.call({ upstream: 'bad', name: 'go' }));
  expect([error.code, error.message]).toEqual(['upstream_refused', 'no login with [redacted]']);
});
