import type { RequestListener } from 'node:http';
import { gzipSync } from 'node:zlib';
import { type Clock, SignalboxError, systemClock } from '@signalbox/sdk';
import { afterEach, expect, test } from 'vitest';
import { type FetchOptions, type FetchPolicy, SafeFetcher, safeFetch } from '../src/index.ts';
import { codeOf } from './support/code-of.ts';
import { type Loopback, startLoopback } from './support/loopback.ts';

let loopback: Loopback | undefined;
afterEach(() => loopback?.[Symbol.asyncDispose]());

/** Fetches from a server that answers as told. */
async function fetchFrom(
  answer: RequestListener,
  options: FetchOptions & { readonly policy?: FetchPolicy } = {},
) {
  loopback = await startLoopback(answer);
  const policy = { allowPrivate: [loopback.host], ...options.policy };
  return safeFetch(`http://${loopback.host}/start`, { ...options, policy });
}

const text = ({ bytes }: { bytes: Uint8Array }): string => Buffer.from(bytes).toString();

test('method, headers and body arrive, and the answer comes whole', async () => {
  const answer = await fetchFrom(
    (request, response) => {
      response.writeHead(201, { 'content-type': 'Text/Plain; charset=utf-8', 'x-mark': 'm' });
      request.pipe(response);
    },
    { method: 'PUT', headers: { 'x-key': 'k' }, body: new TextEncoder().encode('payload') },
  );
  expect(answer).toMatchObject({ status: 201, mediaType: 'text/plain', headers: { 'x-mark': 'm' } });
  expect(text(answer)).toBe('payload');
  expect(loopback?.requests[0]).toMatchObject({ method: 'PUT', headers: { 'x-key': 'k' } });
});

test('a body is taken up to the limit and not a byte more', async () => {
  const long: RequestListener = (_request, response) => response.end('x'.repeat(1_000));
  expect(text(await fetchFrom(long, { maxBytes: 1_000 }))).toHaveLength(1_000);
  expect(await codeOf(fetchFrom(long, { maxBytes: 999 }))).toBe('too_large');
});

test('what a packed body grows to counts', async () => {
  const packed: RequestListener = (_request, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' });
    response.end(gzipSync('x'.repeat(1_000_000)));
  };
  expect(await codeOf(fetchFrom(packed, { maxBytes: 10_000 }))).toBe('too_large');
  expect(text(await fetchFrom(packed))).toHaveLength(1_000_000);
});

test.each([
  ['an encoding nobody asked for', { 'content-encoding': 'zstd' }],
  ['a media type that is not wanted', { 'content-type': 'text/html' }],
])('%s is an invalid answer', async (_, headers) => {
  const answer = fetchFrom(
    (_request, response) => response.writeHead(200, headers).end('<p>'),
    'content-type' in headers ? { accept: ['application/json'] } : {},
  );
  expect(await codeOf(answer)).toBe('upstream_invalid_answer');
});

/** A clock whose timers a test fires. */
function handClock(): { clock: Clock; fire: () => void } {
  const timers = new Set<() => void>();
  const after: Clock['after'] = (_delayMs, callback) => {
    timers.add(callback);
    return () => void timers.delete(callback);
  };
  return { clock: { now: systemClock.now, after }, fire: () => [...timers].forEach((timer) => timer()) };
}

test.each(['headers', 'body'])('silence in the %s ends with the time', async (where) => {
  const { clock, fire } = handClock();
  const answer = fetchFrom(
    (_request, response) => {
      if (where === 'body') response.writeHead(200).write('a part');
      setImmediate(fire);
    },
    { policy: { clock } },
  );
  expect(await codeOf(answer)).toBe('timeout');
});

test('a caller that gives up is obeyed with its own reason', async () => {
  const giveUp = new AbortController();
  const answer = fetchFrom(() => giveUp.abort(new SignalboxError('overloaded', 'no more')), {
    signal: giveUp.signal,
  });
  expect(await codeOf(answer)).toBe('overloaded');
  expect(await codeOf(fetchFrom(() => undefined, { signal: AbortSignal.abort() }))).toBe('cancelled');
});

test('a connection that breaks in the middle is no end of the body', async () => {
  const answer = fetchFrom((_request, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('half', () => response.destroy());
  });
  expect(await codeOf(answer)).toBe('upstream_unavailable');
});

test('a body can be read as it comes and left in the middle', async () => {
  let closed = (): void => undefined;
  const isClosed = new Promise<void>((resolve) => {
    closed = resolve;
  });
  loopback = await startLoopback((_request, response) => {
    response.on('close', closed);
    response.write('first');
  });
  const fetcher = new SafeFetcher({ allowPrivate: [loopback.host] });
  const response = await fetcher.fetch(`http://${loopback.host}/`);
  for await (const part of response.body) {
    expect(Buffer.from(part).toString()).toBe('first');
    break;
  }
  await isClosed;
  await fetcher.close();
});
