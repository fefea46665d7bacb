import { createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SignedRequest } from '../src/in/schemes/signed-request.ts';
import { verifiers } from '../src/in/schemes/verifiers.ts';
import { signSample } from '../src/in/sign-sample.ts';
import { keyOf } from '../src/secrets.ts';
import { standardHeaders } from '../src/standard-signature.ts';

const schemes = ['standard', 'github', 'slack', 'stripe'] as const;
type Scheme = (typeof schemes)[number];

const slackBody =
  'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';

/** What the makers of the schemes have published, with the time it was signed at. */
const published: readonly (readonly [Scheme, string, number, string, Record<string, string>])[] = [
  [
    'standard',
    'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    1_614_265_330,
    '{"test": 2432232314}',
    {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    },
  ],
  [
    'github',
    "It's a Secret to Everybody",
    0,
    'Hello, World!',
    {
      'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
    },
  ],
  [
    'slack',
    '8f742231b10e8888abcd99yyyzzz85a5',
    1_531_420_618,
    slackBody,
    {
      'x-slack-request-timestamp': '1531420618',
      'x-slack-signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
    },
  ],
];

function request(
  scheme: Scheme,
  { secret, seconds, body, headers }: { secret: string; seconds: number; body: string; headers: object },
): SignedRequest {
  return {
    headers: { ...headers },
    body: Buffer.from(body, 'utf8'),
    keys: [keyOf(secret, scheme)],
    nowMs: seconds * 1_000,
    toleranceMs: 300_000,
  };
}

describe.each(published)('the published example of %s', (...example) => {
  const [scheme, secret, seconds, body, headers] = example;
  const given = request(scheme, { secret, seconds, body, headers });

  test('is let in', () => expect(verifiers[scheme](given)).toMatchObject({ isGood: true }));

  test('is let in with the secret of before, while both are good', () => {
    const keys = [Buffer.from('a secret that came after it'), ...given.keys];
    expect(verifiers[scheme]({ ...given, keys })).toMatchObject({ isGood: true });
  });

  test('is not let in with another secret', () => {
    expect(verifiers[scheme]({ ...given, keys: [Buffer.from('another secret of good length')] })).toEqual({
      isGood: false,
      reason: 'wrong-signature',
    });
  });

  test('is not let in without its headers', () => {
    for (const name of Object.keys(headers)) {
      const { [name]: _gone, ...others } = headers;
      expect(verifiers[scheme]({ ...given, headers: others })).toMatchObject({ reason: 'no-signature' });
    }
  });

  test('is let in five minutes before and after, and not a second more, where its time is signed', () => {
    const later = scheme === 'github' ? { isGood: true } : { reason: 'stale' };
    for (const shift of [-301_000, 301_000])
      expect(verifiers[scheme]({ ...given, nowMs: given.nowMs + shift })).toMatchObject(later);
    for (const shift of [-300_000, 300_000])
      expect(verifiers[scheme]({ ...given, nowMs: given.nowMs + shift })).toMatchObject({ isGood: true });
  });
});

test('what is signed here is what the published example of Standard Webhooks says', () => {
  const [, secret, seconds, body, headers] = published[0] ?? [];
  const key = keyOf(secret ?? '', 'standard');
  const id = headers?.['webhook-id'] ?? '';
  expect(standardHeaders([key], id, (seconds ?? 0) * 1_000, Buffer.from(body ?? ''))).toEqual(headers);
});

describe.each(schemes)('of %s', (scheme) => {
  const nowMs = 1_750_000_000_000;
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const key = keyOf(secret, scheme);
  const sign = (body: Buffer): SignedRequest => ({
    headers: { ...signSample(scheme, key, { id: 'msg_1', nowMs, body }) },
    body,
    keys: [key],
    nowMs,
    toleranceMs: 300_000,
  });
  const signedHeaders = {
    standard: ['webhook-id', 'webhook-timestamp', 'webhook-signature'],
    github: ['x-hub-signature-256'],
    slack: ['x-slack-request-timestamp', 'x-slack-signature'],
    stripe: ['stripe-signature'],
  }[scheme];

  test('a request with any byte of its body changed, one more or one less is not let in', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 60 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (bytes, at, change) => {
          const good = sign(Buffer.from(bytes));
          expect(verifiers[scheme](good).isGood).toBe(true);
          const changed = Buffer.from(bytes);
          const place = at % bytes.length;
          changed[place] = (bytes[place] ?? 0) ^ change;
          for (const body of [changed, Buffer.concat([good.body, Buffer.of(0)]), good.body.subarray(1)])
            expect(verifiers[scheme]({ ...good, body }).isGood).toBe(false);
        },
      ),
      { seed: 1, numRuns: 200 },
    );
  });

  test('a request with any character of its signed headers changed is not let in as another', () => {
    const good = sign(Buffer.from('{"a":1}'));
    const first = verifiers[scheme](good);
    for (const name of signedHeaders) {
      const value = String(good.headers[name]);
      for (let place = 0; place < value.length; place++)
        for (const other of ['0', 'A', 'b', ',', ' ', '.']) {
          const text = value.slice(0, place) + other + value.slice(place + 1);
          if (text.toLowerCase() === value.toLowerCase()) continue;
          const verdict = verifiers[scheme]({ ...good, headers: { ...good.headers, [name]: text } });
          // Base64 has spare bits in its last digit: another spelling of the same signature.
          if (verdict.isGood) expect(verdict).toEqual(first);
          if (verdict.isGood) expect(place).toBe(value.length - 2);
        }
    }
  });

  test('nothing that stands in headers makes it throw, or lets it in', () => {
    const text = fc.oneof(
      fc.string({ maxLength: 300 }),
      fc.constantFrom(
        'v1,',
        'v0=',
        'sha256=',
        't=1,v1=',
        '1750000000',
        't=1750000000,t=1,v1=00',
        'v1, v1, v1,',
      ),
    );
    fc.assert(
      fc.property(fc.array(text, { minLength: 3, maxLength: 3 }), (texts) => {
        const headers = Object.fromEntries(signedHeaders.map((name, index) => [name, texts[index]]));
        const forged = { ...sign(Buffer.from('x')), headers };
        expect(verifiers[scheme](forged).isGood).toBe(false);
      }),
      { seed: 2, numRuns: 500 },
    );
  });
});

test('an id with a dot is not let in, for it could end in another place', () => {
  const key = keyOf('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'standard');
  const body = Buffer.from('b');
  const headers = standardHeaders([key], 'a.1750000000', 1_750_000_000_000, body);
  const given = {
    headers: { ...headers },
    body,
    keys: [key],
    nowMs: 1_750_000_000_000,
    toleranceMs: 300_000,
  };
  expect(verifiers.standard(given)).toEqual({ isGood: false, reason: 'wrong-signature' });
});

test('one good signature among several is enough, and one of another version is none', () => {
  const key = keyOf('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'standard');
  const body = Buffer.from('{}');
  const nowMs = 1_750_000_000_000;
  const headers = standardHeaders([key], 'msg_1', nowMs, body);
  const good = headers['webhook-signature'] ?? '';
  const wrong = `v1,${createHmac('sha256', 'x').update('y').digest('base64')}`;
  const with_ = (signature: string): boolean =>
    verifiers.standard({
      headers: { ...headers, 'webhook-signature': signature },
      body,
      keys: [key],
      nowMs,
      toleranceMs: 1_000,
    }).isGood;
  expect(with_(`${wrong} v1a,AAAA ${good}`)).toBe(true);
  expect(with_(good.replace('v1,', 'v2,'))).toBe(false);
  expect(with_(`${Array.from({ length: 10 }, () => wrong).join(' ')} ${good}`)).toBe(false);
});
