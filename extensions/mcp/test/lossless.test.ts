import { parseJsonText } from '@signalbox/protocol';
import type { JsonObject, JsonValue } from '@signalbox/sdk';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LegacySession, openSession } from './support/legacy.ts';
import { connectLines, type LineClient } from './support/lines.ts';
import { enveloped, modernHeaders } from './support/modern.ts';
import { type McpHub, startMcpHub } from './support/start-mcp-hub.ts';
import { tools } from './support/workshop.ts';

const seed = 20_261_203;

let hub: McpHub;
let session: LegacySession;
let legacyLines: LineClient;
let modernLines: LineClient;

/** What the source received and what it shall answer, as JSON text. */
let received = '';
let answer: JsonObject = {};
let nextId = 1;

beforeAll(async () => {
  hub = await startMcpHub({ settings: { limits: { callBurst: 1_000_000 }, mcp: { maxSessions: 10 } } });
  hub.shop.open(
    'a',
    [
      ...tools('t'),
      { kind: 'resource', name: 'x://1', definition: { uri: 'x://1' } },
      { kind: 'prompt', name: 'p', definition: { name: 'p' } },
    ],
    ({ request }) => {
      received = JSON.stringify(request.params);
      return { kind: 'data', value: answer };
    },
  );
  session = await openSession(hub);
  legacyLines = connectLines(hub);
  legacyLines.sendRaw(
    '{"jsonrpc":"2.0","id":"init","method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{}}}\n',
  );
  await legacyLines.answer('init');
  modernLines = connectLines(hub);
});

afterAll(() => hub.stop());

/** Any JSON as text, with numbers longer than a double among it. */
const longNumber = fc.oneof(
  fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }).map(String),
  fc.tuple(fc.nat(9), fc.stringMatching(/^[0-9]{17,30}$/)).map(([whole, part]) => `${whole}.${part}`),
);
const jsonText = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('null', 'true', 'false', '0', '-0', '1e3', '""', '{}', '[]'),
    fc.string({ unit: 'grapheme' }).map((text) => JSON.stringify(text)),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => JSON.stringify(number)),
    longNumber,
    fc.array(tie('value'), { maxLength: 4 }).map((items) => `[${items.join(',')}]`),
    fc.array(fc.tuple(fc.string({ maxLength: 6 }), tie('value')), { maxLength: 4 }).map(objectText),
  ),
})).value;

function objectText(members: readonly (readonly [string, string])[]): string {
  const unique = new Map(members.filter(([name]) => name !== '__proto__'));
  return `{${[...unique].map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`;
}

// What the protocol itself reads or writes is not at stake here.
const spoken = new Set([
  '_meta',
  'name',
  'uri',
  'arguments',
  'resultType',
  'ttlMs',
  'cacheScope',
  'ref',
  '__proto__',
]);
const members = fc.array(
  fc.tuple(
    fc.string({ minLength: 1, maxLength: 8 }).filter((name) => !spoken.has(name)),
    jsonText,
  ),
  { maxLength: 5 },
);

/** The text with its numbers in one way of writing: what a double holds is the same number either way. */
const plain = (text: string): string => JSON.stringify(parseJsonText(text));

type Way = (method: string, id: number, params: string) => Promise<string>;

const withMeta = (params: string, meta: JsonObject): string =>
  `${params.slice(0, -1)},"_meta":${JSON.stringify(meta)}}`;
const envelope = enveloped()['_meta'] as JsonObject;
const request = (id: number, method: string, params: string): string =>
  `{"jsonrpc":"2.0","id":${id},"method":"${method}","params":${params}}`;

async function overLines(client: LineClient, id: number, text: string): Promise<string> {
  client.sendRaw(`${text}\n`);
  await client.answer(id);
  return client.lines().findLast((line) => line.includes(`"id":${id},`)) ?? '';
}

const ways: { readonly [way: string]: Way } = {
  'modern over HTTP': async (method, id, params) => {
    const target = method === 'resources/read' ? 'x://1' : method === 'prompts/get' ? 'a__p' : 'a__t';
    const headers = modernHeaders(method, target);
    return (await hub.post(request(id, method, withMeta(params, envelope)), headers)).whole();
  },
  'legacy over HTTP': async (method, id, params) =>
    (await hub.post(request(id, method, params), { 'mcp-session-id': session.id })).whole(),
  'modern over lines': (method, id, params) =>
    overLines(modernLines, id, request(id, method, withMeta(params, envelope))),
  'legacy over lines': (method, id, params) => overLines(legacyLines, id, request(id, method, params)),
};

const targets: readonly (readonly [string, string])[] = [
  ['tools/call', '"name":"a__t"'],
  ['resources/read', '"uri":"x://1"'],
  ['prompts/get', '"name":"a__p"'],
];

test.each(Object.entries(ways))(
  `%s every member goes through as it came (seed ${seed})`,
  async (way, send) => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...targets),
        members,
        members,
        fc.array(fc.tuple(fc.string({ maxLength: 6 }), jsonText), { maxLength: 3 }),
        async (target, sent, back, args) => {
          const [method, named] = target;
          const extra = objectText(sent).slice(1, -1);
          const params = `{${named}${extra === '' ? '' : `,${extra}`},"arguments":${objectText(args)}}`;
          const given = objectText(back);
          answer = parseJsonText(given) as JsonObject;
          const id = nextId++;
          const text = await send(method, id, params);
          expect(received).toBe(plain(params));
          const result = (parseJsonText(text) as { result: JsonObject }).result;
          const { resultType: _type, _meta, ttlMs: _ttl, cacheScope: _scope, ...rest } = result;
          expect(JSON.stringify(rest)).toBe(plain(given));
          if (way.startsWith('legacy')) expect(result).not.toHaveProperty('resultType');
        },
      ),
      { seed, numRuns: 80 },
    );
  },
);

test(`unknown _meta goes through in both directions, in both eras (seed ${seed})`, async () => {
  const meta = fc.dictionary(fc.stringMatching(/^example\.com\/[a-z]{1,8}$/), fc.jsonValue({ maxDepth: 2 }), {
    maxKeys: 3,
  });
  await fc.assert(
    fc.asyncProperty(meta, meta, async (sent, back) => {
      answer = { content: [], _meta: back as JsonObject };
      const id = nextId++;
      const params = { name: 'a__t', _meta: sent as JsonObject };
      const legacy = await hub.post(
        { jsonrpc: '2.0', id, method: 'tools/call', params },
        { 'mcp-session-id': session.id },
      );
      const seen = [JSON.parse(received) as { _meta?: JsonValue }];
      const modern = await hub.post(
        { jsonrpc: '2.0', id, method: 'tools/call', params: enveloped(params) },
        modernHeaders('tools/call', 'a__t'),
      );
      seen.push(JSON.parse(received) as { _meta?: JsonValue });
      const same = JSON.parse(JSON.stringify(sent)) as JsonObject;
      expect(seen.map(({ _meta }) => _meta ?? {})).toEqual([same, same]);
      const results = [await legacy.json(), await modern.json()].map(
        ({ result }) => (result as { _meta: JsonObject })._meta,
      );
      const { 'io.modelcontextprotocol/serverInfo': _info, ...modernMeta } = results[1] ?? {};
      const expected = JSON.parse(JSON.stringify(back)) as JsonObject;
      expect([results[0], modernMeta]).toEqual([expected, expected]);
    }),
    { seed, numRuns: 50 },
  );
});
