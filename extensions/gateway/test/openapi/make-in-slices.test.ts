import { openDocument, SchemaBudget } from '@signalbox/openapi';
import type { JsonObject } from '@signalbox/sdk';
import { expect, test } from 'vitest';
import { makeInSlices } from '../../src/openapi/make-in-slices.ts';

/** Operations that each take a form of as many members. */
function documentOf(operations: number, members: number) {
  const properties = (at: number): JsonObject =>
    Object.fromEntries(Array.from({ length: members }, (_, index) => [`m${at}_${index}`, {}]));
  const paths = Array.from({ length: operations }, (_, at) => {
    const content = { 'application/json': { schema: { type: 'object', properties: properties(at) } } };
    return [`/o${at}`, { post: { requestBody: { content }, responses: {} } }] as const;
  });
  return openDocument({ openapi: '3.1.0', info: {}, paths: Object.fromEntries(paths) });
}

const { signal } = new AbortController();

test('what is left out is said, with what to do about it', async () => {
  const { tools, notes } = await makeInSlices(documentOf(5, 1), { maxTools: 3 }, signal);
  expect(tools).toHaveLength(3);
  expect(notes).toEqual([
    '2 operations are left out; raise gateway.maxToolsPerUpstream or choose with include and exclude',
  ]);
});

test('tools that accept anything, because the schemas are too large, are counted', async () => {
  const budget = new SchemaBudget({ maxNodes: 250 });
  const { tools, notes } = await makeInSlices(documentOf(5, 100), { budget }, signal);
  expect(tools).toHaveLength(5);
  expect(notes).toEqual([
    'the schemas of the document are too large: 3 tools accept anything; choose fewer with include and exclude',
  ]);
});

test('a document of many nodes lets others have a turn, and can be given up there', async () => {
  const giveUp = new AbortController();
  setImmediate(() => giveUp.abort(new Error('given up')));
  await expect(makeInSlices(documentOf(20, 1_000), {}, giveUp.signal)).rejects.toThrow('given up');
});

test('a document of few nodes is made at once', async () => {
  await expect(makeInSlices(documentOf(5, 1), {}, signal)).resolves.toMatchObject({ notes: [] });
});
