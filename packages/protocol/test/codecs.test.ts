import { isJsonObject, type JsonObject } from '@signalbox/sdk';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  canonicalJson,
  encodeFailure,
  encodeNotification,
  encodeRequest,
  encodeResult,
  LegacyCodec,
  legacyVersions,
  metaKeys,
  modernCodec,
  modernVersion,
  parseJsonText,
  type RpcMessage,
  readMessage,
  toLegacyTool,
  toPlainNumbers,
} from '../src/index.ts';
import { answeredMethods, messagesOf, resultName } from './support/definition-names.ts';
import { FromSchema } from './support/from-schema.ts';
import { checkAgainst, type SchemaVersion, schemaVersions } from './support/message-schemas.ts';

const seed = 20261123;
const runs = { seed, numRuns: 150 };
const serverInfo = { name: 'hub', version: '1' };
const dress = { serverInfo, cache: { ttlMs: 0, cacheScope: 'private' } } as const;

const sent = schemaVersions.flatMap((version) =>
  (['client', 'server'] as const).flatMap((from) =>
    (['Request', 'Notification'] as const).flatMap((kind) =>
      messagesOf(version, from, kind).map(([name, method]) => ({ version, from, kind, name, method })),
    ),
  ),
);
const answered = schemaVersions.flatMap((version) =>
  answeredMethods(version).map((method) => ({ version, method, name: resultName(method) ?? '' })),
);

const isFromClient = (method: string): boolean =>
  ['elicitation/create', 'sampling/createMessage', 'roots/list'].includes(method);

const same = (value: unknown, wanted: unknown): void =>
  expect(canonicalJson(value as JsonObject)).toBe(canonicalJson(wanted as JsonObject));

/** Only what a JSON-RPC message has; what else an object may hold belongs into its members. */
const framed = (value: JsonObject, method: string, isRequest: boolean): JsonObject => ({
  jsonrpc: '2.0',
  ...(isRequest ? { id: 7 } : {}),
  method,
  params: isJsonObject(value['params']) ? value['params'] : {},
});

const again = (message: RpcMessage): string => {
  switch (message.kind) {
    case 'request':
      return encodeRequest(message.id, message.method, message.params);
    case 'notification':
      return encodeNotification(message.method, message.params);
    case 'result':
      return encodeResult(message.id, message.result);
    default:
      return encodeFailure(message.id, message.error);
  }
};

const withVersion = (params: JsonObject): JsonObject => {
  const meta = params['_meta'];
  return isJsonObject(meta) && metaKeys.protocolVersion in meta
    ? { ...params, _meta: { ...meta, [metaKeys.protocolVersion]: modernVersion } }
    : params;
};

describe(`a message made from the published schema (seed ${seed})`, () => {
  test.each(sent)(
    '$version $from $name is the same after reading and writing',
    ({ version, kind, name, method }) => {
      fc.assert(
        fc.property(new FromSchema(version).of(name), (value) => {
          const message = framed(value, method, kind === 'Request');
          const text = JSON.stringify(message);
          same(parseJsonText(again(readMessage(parseJsonText(text)))), message);
        }),
        runs,
      );
    },
  );

  test.each(answered)('$version $name is the same after reading and writing', ({ version, name }) => {
    fc.assert(
      fc.property(new FromSchema(version).of(name), (result) => {
        const message = { jsonrpc: '2.0', id: 'a', result };
        same(parseJsonText(again(readMessage(parseJsonText(JSON.stringify(message))))), message);
      }),
      runs,
    );
  });

  test.each(sent.filter(({ kind, version }) => kind === 'Request' && version === modernVersion))(
    'request $name is the same after decoding and encoding, and the other way',
    ({ name, method }) => {
      fc.assert(
        fc.property(new FromSchema(modernVersion).of(name), (value) => {
          const params = withVersion(isJsonObject(value['params']) ? value['params'] : {});
          const request = modernCodec.decodeRequest(method, params);
          expect(request.params['_meta'] ?? {}).not.toHaveProperty([metaKeys.clientCapabilities]);
          const wire = modernCodec.encodeRequest(request);
          same(wire, params);
          same(modernCodec.decodeRequest(method, wire), request);
        }),
        runs,
      );
    },
  );

  test.each(answered.filter(({ version }) => version === modernVersion))(
    'result $name is the same after decoding and encoding, and the other way',
    ({ method, name }) => {
      fc.assert(
        fc.property(new FromSchema(modernVersion).of(name), (value) => {
          const meta = isJsonObject(value['_meta']) ? value['_meta'] : {};
          const wire = {
            ...value,
            resultType: 'complete',
            _meta: { ...meta, [metaKeys.serverInfo]: serverInfo },
          };
          const result = modernCodec.decodeResult(wire);
          if (!result) throw new Error('a complete result was not read');
          same(modernCodec.encodeResult(method, result, dress), wire);
          same(modernCodec.decodeResult(modernCodec.encodeResult(method, result, dress)), result);
        }),
        runs,
      );
    },
  );

  test.each(sent.filter(({ kind, version }) => kind === 'Request' && version !== modernVersion))(
    '$version request $name is the same after decoding and encoding',
    ({ version, name, method }) => {
      const codec = new LegacyCodec(version as (typeof legacyVersions)[number]);
      fc.assert(
        fc.property(new FromSchema(version).of(name), (value) => {
          const params = isJsonObject(value['params']) ? value['params'] : {};
          same(codec.encodeRequest(codec.decodeRequest(method, params)), params);
        }),
        runs,
      );
    },
  );

  test.each(answered.filter(({ version }) => version !== modernVersion))(
    '$version result of $method is the same after decoding and encoding',
    ({ version, method, name }) => {
      const codec = new LegacyCodec(version as (typeof legacyVersions)[number]);
      fc.assert(
        fc.property(new FromSchema(version).of(name), (value) => {
          same(codec.encodeResult(method, codec.decodeResult(value)), value);
        }),
        runs,
      );
    },
  );

  test('an error is the same after decoding and encoding, and never speaks in the hub’s name', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -33_000, max: 33_000 }),
        fc.string(),
        fc.jsonValue(),
        (code, message, data) => {
          const isReserved = code <= -32_020 && code >= -32_099;
          const error = { code, message, data: parseJsonText(JSON.stringify(data)) };
          const shown = { ...error, code: isReserved ? -32_603 : code === -32_002 ? -32_602 : code };
          same(modernCodec.encodeError(modernCodec.decodeError(error)), shown);
        },
      ),
      runs,
    );
  });
});

describe(`a result of the modern era shown to a legacy client (seed ${seed})`, () => {
  const cells = answered
    .filter(({ version, method }) => version === modernVersion && !isFromClient(method))
    .flatMap(({ method, name }) => legacyVersions.map((version) => ({ version, method, name })))
    .filter(({ version, method }) => answeredMethods(version).includes(method));
  test.each(cells)('$version can take the result of $method, however often it is put so', (cell) => {
    const { version, method, name } = cell;
    const codec = new LegacyCodec(version);
    const show = (value: JsonObject): JsonObject =>
      method === 'tools/list'
        ? { ...value, tools: (value['tools'] as JsonObject[]).map((tool) => toLegacyTool(tool, version)) }
        : codec.encodeResult(method, { kind: 'complete', value });
    fc.assert(
      fc.property(new FromSchema(modernVersion).of(name), (wire) => {
        const value = modernCodec.decodeResult({ ...wire, resultType: 'complete' })?.value ?? {};
        const shown = show(value);
        same(show(shown), shown);
        expect(checkAgainst(version, name, toPlainNumbers(shown))).toEqual([]);
      }),
      runs,
    );
  });
});

describe(`a question of the modern era put to a legacy client (seed ${seed})`, () => {
  const questions = [
    ['elicitation/create', 'ElicitRequest'],
    ['sampling/createMessage', 'CreateMessageRequest'],
    ['roots/list', 'ListRootsRequest'],
  ] as const;
  const cells = questions.flatMap(([method, name]) =>
    legacyVersions.map((version) => ({ version, method, name })),
  );
  test.each(cells)('$version can take $method, or it is refused', ({ version, method, name }) => {
    const codec = new LegacyCodec(version);
    const counts = { sent: 0, refused: 0 };
    fc.assert(
      fc.property(new FromSchema(modernVersion).of(name), (question) => {
        const given = isJsonObject(question['params']) ? question['params'] : {};
        const params = given['mode'] === 'url' ? { ...given, elicitationId: 'e' } : given;
        try {
          const shown = codec.encodeRequest({ method, params });
          counts.sent++;
          same(codec.encodeRequest({ method, params: shown }), shown);
          const message = { jsonrpc: '2.0', id: 1, method, params: toPlainNumbers(shown) };
          expect(checkAgainst(version as SchemaVersion, name, message)).toEqual([]);
        } catch (error) {
          if ((error as { code?: unknown }).code !== 'missing_capability') throw error;
          counts.refused++;
        }
      }),
      { ...runs, numRuns: 400 },
    );
    const isNever = method === 'elicitation/create' && version < '2025-06-18';
    expect(counts.sent > 0).toBe(!isNever);
    if (version === '2025-11-25' || method === 'roots/list') expect(counts.refused).toBe(0);
  });
});
