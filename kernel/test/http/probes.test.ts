import { startTestHub, type TestHub } from '@signalbox/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeExtension } from '../support/extensions.ts';
import { send } from '../support/http.ts';
import { tools } from '../support/make-catalog.ts';
import { makeProbe, text } from '../support/probe.ts';

const probe = makeProbe();
let hub: TestHub;
let health: 'ok' | 'degraded' | 'down' | 'throws' = 'ok';

const canary = makeExtension('canary-extension', ({ health: checks, metrics }) => {
  checks.check('canary-check', () => {
    if (health === 'throws') throw new Error('hunter2');
    return { status: health, reason: 'canary-reason' };
  });
  const counter = metrics.counter('jobs', 'Jobs done', { kind: 'a "quoted" one' });
  counter.add();
  counter.add(2);
  metrics.gauge('open', 'Open now').set(5);
  metrics.histogram('took', 'Time taken').observe(7);
});

beforeAll(async () => {
  hub = await startTestHub({ extensions: [probe.extension, canary] });
  probe.open('canary-upstream', tools('canary-tool'), () => text('ok'));
  await hub.call('tool', 'canary-upstream__canary-tool');
  await hub.call('tool', 'canary-upstream__nothing').catch(() => undefined);
});

afterAll(() => hub.stop());

const get = (path: string) => send(`${hub.url}${path}`);

describe('what is open to everybody', () => {
  test('/livez says that the hub lives, and nothing else', async () => {
    const { status, body, headers } = await get('/livez');
    expect([status, body, headers['content-type']]).toEqual([200, 'ok\n', 'text/plain']);
  });

  test.each([
    ['ok', 200, 'ready\n'],
    ['degraded', 200, 'ready\n'],
    ['down', 503, 'not ready\n'],
    ['throws', 503, 'not ready\n'],
  ] as const)('/readyz while a part is %s is %i', async (now, status, body) => {
    health = now;
    const answer = await get('/readyz');
    expect([answer.status, answer.body, answer.headers['cache-control']]).toEqual([status, body, 'no-store']);
    health = 'ok';
  });

  test('/metrics gives Prometheus text', async () => {
    const { status, body, headers } = await get('/metrics');
    expect([status, headers['content-type']]).toEqual([200, 'text/plain; version=0.0.4']);
    const lines = body.split('\n').filter((line) => !line.includes('call_duration'));
    expect(lines).toEqual([
      '# HELP signalbox_canary_extension_jobs_total Jobs done',
      '# TYPE signalbox_canary_extension_jobs_total counter',
      String.raw`signalbox_canary_extension_jobs_total{kind="a \"quoted\" one"} 3`,
      '# HELP signalbox_canary_extension_open Open now',
      '# TYPE signalbox_canary_extension_open gauge',
      'signalbox_canary_extension_open 5',
      '# HELP signalbox_canary_extension_took_ms Time taken',
      '# TYPE signalbox_canary_extension_took_ms histogram',
      ...[1, 2, 5].map((bound) => `signalbox_canary_extension_took_ms_bucket{le="${bound}"} 0`),
      ...[10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000, 60000, '+Inf'].map(
        (bound) => `signalbox_canary_extension_took_ms_bucket{le="${bound}"} 1`,
      ),
      'signalbox_canary_extension_took_ms_sum 7',
      'signalbox_canary_extension_took_ms_count 1',
      '# HELP signalbox_gate_calls_total Calls through the gate',
      '# TYPE signalbox_gate_calls_total counter',
      'signalbox_gate_calls_total{kind="tool",outcome="ok"} 1',
      'signalbox_gate_calls_total{kind="tool",outcome="denied"} 1',
      '',
    ]);
  });

  test('names no upstream, no tool, no person, no reason and no path of this machine', async () => {
    health = 'down';
    for (const path of ['/livez', '/readyz', '/metrics', '/api/v1/openapi.json']) {
      const { body } = await get(path);
      for (const secret of [
        'canary-upstream',
        'canary-tool',
        'canary-reason',
        'canary-check',
        'owner',
        hub.dataDir,
        hub.key,
      ])
        expect(body).not.toContain(secret);
    }
    health = 'ok';
  });
});
