import { describe, expect, test } from 'vitest';
import { upstreamDefinition, upstreamName } from '../src/index.ts';

describe('the definition of an upstream', () => {
  test.each([
    ['a', true],
    ['weather-2', true],
    ['a'.repeat(32), true],
    ['', false],
    ['-a', false],
    ['a-', false],
    ['A', false],
    ['a_b', false],
    ['a__b', false],
    ['a b', false],
    ['ä', false],
    ['a'.repeat(33), false],
  ])('%j as a name: %s', (name, isGood) => {
    expect(upstreamName.safeParse(name).success).toBe(isGood);
  });

  test('gets the safe defaults', () => {
    expect(upstreamDefinition.parse({ command: 'node' })).toEqual({
      command: 'node',
      args: [],
      env: {},
      enabled: true,
      era: 'auto',
      minLevel: 'trusted',
      startTimeoutMs: 30_000,
      callTimeoutMs: 30_000,
      maxConcurrentCalls: 64,
      maxMessageBytes: 8_388_608,
      sharedCache: false,
      extensions: ['io.modelcontextprotocol/ui', 'io.modelcontextprotocol/skills'],
    });
    expect(upstreamDefinition.parse({ url: 'http://127.0.0.1:1/mcp' })).toMatchObject({
      url: 'http://127.0.0.1:1/mcp',
      headers: {},
      minLevel: 'trusted',
    });
  });

  test.each([
    [{}],
    [{ command: 'node', url: 'http://127.0.0.1/' }],
    [{ url: 'file:///etc/passwd' }],
    [{ url: 'javascript:alert(1)' }],
    [{ command: '' }],
    [{ command: 'node', minLevel: 'everybody' }],
    [{ command: 'node', unknown: 1 }],
    [{ url: 'http://127.0.0.1/', run: { command: 'node', url: 'x' } }],
    [{ command: 'node', callTimeoutMs: 0 }],
  ])('refuses %j', (given) => {
    expect(upstreamDefinition.safeParse(given).success).toBe(false);
  });
});

const enterprise = {
  grant: 'enterprise',
  issuer: 'https://login.example.com',
  clientId: 'the-hub',
  clientSecret: 'the-secret',
  identity: { provider: 'company' },
};

test.each([
  [
    'no issuer',
    { issuer: undefined },
    'must be set where grant is client_credentials, workload or enterprise',
  ],
  ['no identity', { identity: undefined }, 'must be set where grant is enterprise, and nowhere else'],
  ['no client', { clientId: undefined }, 'must be set with clientSecret or privateKey'],
  [
    'a client that proves nothing',
    { clientSecret: undefined },
    'must be set with clientSecret or privateKey',
  ],
  ['an identity beside another grant', { grant: 'code' }, 'and nowhere else'],
  ['one account for people who sign in themselves', { mode: 'organization' }, 'cannot be organization where'],
])('an upstream of the company’s identity provider with %s is refused', (_what, change, message) => {
  const define = (credentials: object) =>
    upstreamDefinition.safeParse({ url: 'https://mcp.example.com/mcp', credentials });
  expect(define(enterprise).success).toBe(true);
  expect(define({ ...enterprise, ...change }).error?.message).toContain(message);
});
