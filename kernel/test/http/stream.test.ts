import { request } from 'node:http';
import { route, SignalboxError } from '@signalbox/sdk';
import { startTestHub } from '@signalbox/testkit';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { makeExtension } from '../support/extensions.ts';
import { bearer, send } from '../support/http.ts';

async function start(make: (signal: AbortSignal) => AsyncIterable<unknown>) {
  const extension = makeExtension('streams', ({ routes }) =>
    routes.provide(
      route({
        method: 'GET',
        path: '/api/v1/stream',
        id: 'stream',
        summary: 'Streams',
        tag: 't',
        access: 'principal',
        answer: z.unknown(),
        isStream: true,
        handle: async ({ signal }) => ({ stream: make(signal) }),
      }),
    ),
  );
  const hub = await startTestHub({ extensions: [extension] });
  return { hub, url: `${hub.url}/api/v1/stream`, [Symbol.asyncDispose]: hub.stop };
}

describe('a streamed answer', () => {
  test('is a line of JSON for each item', async () => {
    await using made = await start(async function* () {
      yield { n: 1 };
      yield { n: 2, text: 'a\nb' };
    });
    const answer = await send(made.url, { headers: bearer(made.hub.key) });
    expect([answer.status, answer.headers['content-type'], answer.body]).toEqual([
      200,
      'application/x-ndjson',
      '{"n":1}\n{"n":2,"text":"a\\nb"}\n',
    ]);
  });

  test.each([
    [
      new SignalboxError('upstream_unavailable', 'it went away'),
      { code: 'upstream_unavailable', message: 'it went away' },
    ],
    [new Error('hunter2'), { code: 'internal', message: 'the hub failed inside; its log has the cause' }],
  ])('that breaks ends with the error as its last line', async (error, shown) => {
    await using made = await start(async function* () {
      yield { n: 1 };
      throw error;
    });
    const { body } = await send(made.url, { headers: bearer(made.hub.key) });
    expect(body.split('\n')).toEqual(['{"n":1}', JSON.stringify({ type: 'error', error: shown }), '']);
  });

  test.each([
    ['while it waits for the next item', true],
    ['between two items', false],
  ])('is stopped when its reader goes away %s', async (_when, waits) => {
    let isOver: () => void = () => undefined;
    const over = new Promise<void>((resolve) => (isOver = resolve));
    await using made = await start(async function* (signal) {
      try {
        for (let n = 0; ; n++) {
          yield { n };
          if (waits)
            await new Promise<void>((resolve) =>
              signal.addEventListener('abort', () => resolve(), { once: true }),
            );
          else await new Promise<void>((resolve) => setImmediate(resolve));
          if (signal.aborted) return;
        }
      } finally {
        isOver();
      }
    });
    const outgoing = request(made.url, { headers: bearer(made.hub.key), agent: false }, (response) => {
      response.on('error', () => undefined);
      response.once('data', () => response.destroy());
    });
    outgoing.on('error', () => undefined);
    outgoing.end();
    await over;
  });
});
