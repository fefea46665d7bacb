import type { JsonObject } from '@signalbox/sdk';
import { expect, test } from 'vitest';
import { modernCodec } from '../src/index.ts';

const envelope =
  '"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}';

test('a member called "__proto__" stays a member and lends nothing', () => {
  const params = JSON.parse(
    `{"__proto__":{"name":"hidden"},"_meta":{"__proto__":{"progressToken":"hidden"},${envelope}}}`,
  ) as JsonObject;
  const request = modernCodec.decodeRequest('tools/call', params);
  const meta = request.params['_meta'] as JsonObject;
  expect([request.params['name'], meta['progressToken']]).toEqual([undefined, undefined]);
  expect(JSON.stringify(request.params)).toBe(
    '{"__proto__":{"name":"hidden"},"_meta":{"__proto__":{"progressToken":"hidden"}}}',
  );
});

test.each([
  [{ a: 1 }, 'complete'],
  [{ resultType: 'complete' }, 'complete'],
  [{ resultType: 'input_required', requestState: 's' }, 'input_required'],
  [{ resultType: 'task', taskId: 't' }, 'task'],
  [{ resultType: 'surprise' }, undefined],
  [{ resultType: 5 }, undefined],
])('the result %j is of the type %s', (result, kind) => {
  expect(modernCodec.decodeResult(result)?.kind).toBe(kind);
});
