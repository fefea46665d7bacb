import type { JsonObject, JsonValue } from '@signalbox/sdk';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CellUpstream, cells, makeCell } from './support/cells.ts';
import { startGateway, type TestGateway } from './support/gateway-context.ts';

const seed = 20_261_121;

// What the hub itself reads or sets, and "__proto__", which JavaScript does not keep in an object literal.
const taken = [
  '_meta',
  'name',
  'content',
  'received',
  'resultType',
  'isError',
  '__proto__',
  'toString',
  'inputResponses',
  'requestState',
];
const memberName = fc.string({ minLength: 1, maxLength: 12 }).filter((name) => !taken.includes(name));
const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0)),
    fc.string({ unit: 'grapheme' }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(memberName, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));
const members = fc.dictionary(memberName, value, { maxKeys: 5, noNullPrototype: true });

describe.each(cells)(`a $era upstream over $transport (seed ${seed})`, (cell) => {
  let upstream: CellUpstream;
  let gateway: TestGateway;

  beforeAll(async () => {
    upstream = await makeCell(cell);
    gateway = await startGateway({ upstreams: { u: upstream.definition } });
    await gateway.untilState('u', 'available');
  });

  afterAll(async () => {
    await gateway.stop();
    await upstream.fixture?.stop();
  });

  test('loses nothing of arguments, parameters, _meta and results', async () => {
    const property = fc.asyncProperty(members, members, members, async (more, meta, reply) => {
      const params: JsonObject = { name: 'u__echo', arguments: { ...more, reply }, ...more, _meta: meta };
      params['arguments'] = { ...more, reply };
      const answer = await gateway.call({ upstream: 'u', name: 'echo', params });
      if (answer.kind !== 'data') throw new Error('bytes came');
      const { received, content: _content, ...rest } = answer.value;
      expect(rest).toEqual(reply);
      expect(received).toMatchObject({ ...more, arguments: { ...more, reply } });
      const { _meta: seen } = received as JsonObject;
      if (Object.keys(meta).length > 0) expect(seen).toMatchObject(meta);
    });
    await fc.assert(property, { seed, numRuns: 100 });
  });
});
