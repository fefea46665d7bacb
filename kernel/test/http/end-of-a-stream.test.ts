import { policyChanged } from '@signalbox/policy';
import { directoryChanged, type Principal, route, SignalboxError, tokenVerifier } from '@signalbox/sdk';
import { FakeClock, startTestHub } from '@signalbox/testkit';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { makeExtension } from '../support/extensions.ts';
import { bearer } from '../support/http.ts';

const ada: Principal = { kind: 'user', id: 'ada', org: 'local', level: 'trusted', roles: ['member'] };

/** A hub with a stream that gives one item and then waits, and a verifier that knows one token. */
async function start(expiresAt?: (now: number) => number) {
  const clock = new FakeClock();
  const left = Promise.withResolvers<void>();
  let level: Principal['level'] = 'trusted';
  const credential = expiresAt
    ? { kind: 'access-token' as const, id: 't', expiresAt: expiresAt(clock.now()) }
    : undefined;
  let tell: (change: { subject?: string; isRevocation: boolean }) => void = () => undefined;
  let tellOfRules: (org: string) => void = () => undefined;
  const extension = makeExtension(
    'streams',
    ({ routes, offer, events }) => {
      tellOfRules = (org) => events.publish(policyChanged, { org });
      tell = (change) => events.publish(directoryChanged, { org: 'local', ...change });
      offer(tokenVerifier, {
        metadataUrl: (resource) => `${new URL(resource).origin}/metadata`,
        verify: async ({ token }) => {
          if (token === 'good') return { ...ada, level, ...(credential ? { credential } : {}) };
          throw new SignalboxError('unauthenticated', 'not known');
        },
      });
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
          handle: async ({ signal }) => ({
            stream: (async function* () {
              const aborted = new Promise((resolve) =>
                signal.addEventListener('abort', resolve, { once: true }),
              );
              yield { n: 1 };
              await aborted;
              left.resolve();
              yield { n: 2 };
            })(),
          }),
        }),
      );
    },
    { provides: [tokenVerifier] },
  );
  const hub = await startTestHub({ extensions: [extension], clock });
  const answer = await fetch(`${hub.url}/api/v1/stream`, { headers: bearer('good') });
  const reader = (answer.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream()).getReader();
  const first = await reader.read();
  return {
    first: first.value,
    rest: async (): Promise<unknown> => {
      let text = '';
      for (let part = await reader.read(); !part.done; part = await reader.read()) text += part.value;
      await left.promise;
      return JSON.parse(text);
    },
    clock,
    tell: (change: { subject?: string; isRevocation: boolean }) => tell(change),
    tellOfRules: (org: string) => tellOfRules(org),
    lower: () => void (level = 'public'),
    [Symbol.asyncDispose]: hub.stop,
  };
}

test('a stream ends as soon as the credential of its reader is revoked', async () => {
  await using made = await start();
  expect(made.first).toBe('{"n":1}\n');
  made.tell({ subject: 'bob', isRevocation: true });
  made.tell({ subject: 'ada', isRevocation: true });
  expect(await made.rest()).toEqual({
    type: 'error',
    error: {
      code: 'unauthenticated',
      message: 'the credential of this request was revoked; ask again with one that is good',
    },
  });
});

test('a stream ends when the credential of its reader expires', async () => {
  await using made = await start((now) => now + 60_000);
  made.clock.advance(60_000);
  expect(await made.rest()).toMatchObject({
    error: { message: 'the credential of this request has expired; ask again with one that is good' },
  });
});

test.each([{ subject: 'ada' }, {}])('a stream ends when a change of %o refuses its reader', async (about) => {
  await using made = await start();
  made.lower();
  made.tell({ ...about, isRevocation: false });
  expect(await made.rest()).toMatchObject({ error: { code: 'forbidden' } });
});

test('a stream ends when other rules or roles of its organization refuse its reader', async () => {
  await using made = await start();
  made.tellOfRules('local');
  made.lower();
  made.tellOfRules('another');
  made.tellOfRules('local');
  expect(await made.rest()).toMatchObject({ error: { code: 'forbidden' } });
});
