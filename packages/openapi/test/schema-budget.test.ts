import type { JsonObject } from '@signalbox/sdk';
import { expect, test } from 'vitest';
import { makeTools, openDocument, SchemaBudget, toTools } from '../src/index.ts';

const reference = (index: number): JsonObject => ({ $ref: `#/components/schemas/S${index}` });
const json = (schema: JsonObject): JsonObject => ({ content: { 'application/json': { schema } } });

/** A chain of schemas that each refer to the twenty after them, and operations that take and give one of them. */
function chain(length: number, operations: number, startOf: (operation: number) => number) {
  const schemas = Array.from({ length }, (_, index) => {
    const next = Array.from({ length: 20 }, (_none, step) => (index + step + 1) % length);
    const properties = Object.fromEntries(next.map((each) => [`p${each}`, reference(each)]));
    return [`S${index}`, { type: 'object', properties }] as const;
  });
  const paths = Array.from({ length: operations }, (_, index) => {
    const body = json(reference(startOf(index)));
    return [`/o${index}`, { post: { requestBody: body, responses: { '200': body } } }] as const;
  });
  return openDocument({
    openapi: '3.1.0',
    info: {},
    paths: Object.fromEntries(paths),
    components: { schemas: Object.fromEntries(schemas) },
  });
}

const sizeOf = (tools: readonly { definition: JsonObject }[]): number =>
  tools.reduce((sum, { definition }) => sum + JSON.stringify(definition).length, 0);

test('tools of one body look at its schemas once and share what was made of them', () => {
  const [one, many] = [new SchemaBudget(), new SchemaBudget()];
  toTools(
    chain(2_000, 1, () => 0),
    { budget: one },
  );
  const tools = toTools(
    chain(2_000, 100, () => 0),
    { budget: many },
  );
  // Of each tool more only its own two references, in and out.
  expect(many.visited).toBe(one.visited + 99 * 2);
  const definitions = tools.map(({ definition }) => (definition['inputSchema'] as JsonObject)['$defs']);
  expect(new Set(definitions).size).toBe(1);
});

test('a small document that refers to itself everywhere stays within its budget', () => {
  const budget = new SchemaBudget();
  const tools = toTools(
    chain(2_000, 1_500, (index) => index),
    { budget },
  );
  expect(tools).toHaveLength(1_500);
  expect(budget.visited).toBeLessThan(2_100_000);
  expect(sizeOf(tools)).toBeLessThan(36_000_000);
  expect(budget.openTools).toBeGreaterThan(0);
  expect(tools.at(-1)?.definition['inputSchema']).toEqual({
    type: 'object',
    properties: { body: {} },
    additionalProperties: false,
  });
});

test('when there is no room for nodes the walk ends and the rest accepts anything', () => {
  const budget = new SchemaBudget({ maxNodes: 5_000 });
  const tools = toTools(
    chain(500, 50, (index) => index * 10),
    { budget },
  );
  expect(tools).toHaveLength(50);
  expect(budget.visited).toBeLessThan(10_000);
  expect(budget.openTools).toBeGreaterThan(40);
});

test('a definition beyond the bound of a tool accepts anything and is not followed', () => {
  const budget = new SchemaBudget();
  const [tool] = toTools(
    chain(2_000, 1, () => 0),
    { budget },
  );
  const size = JSON.stringify(tool?.definition['inputSchema']).length;
  expect(size).toBeGreaterThan(100_000);
  expect(size).toBeLessThan(140_000);
  expect(budget.visited).toBeLessThan(20_000);
});

test('parts within parts do not multiply', () => {
  const all = Array.from({ length: 12 }, (_, index) => [
    `S${index}`,
    { allOf: Array.from({ length: 10 }, () => reference(index + 1)) },
  ]);
  const form = { 'multipart/form-data': { schema: reference(0) } };
  const operation = { requestBody: { content: form }, responses: { '200': json(reference(0)) } };
  const document = openDocument({
    openapi: '3.1.0',
    info: {},
    paths: { '/a': { post: operation } },
    components: { schemas: { ...Object.fromEntries(all), S12: { properties: { a: {} } } } },
  });
  const budget = new SchemaBudget();
  expect(toTools(document, { budget })).toHaveLength(1);
  expect(budget.visited).toBeLessThan(1_000);
});

test('operations over the bound are left out and counted', () => {
  const document = chain(1, 5, () => 0);
  const { tools, leftOut } = makeTools(document, { maxTools: 3 });
  expect([...tools].map(({ name }) => name)).toEqual(['post__o0', 'post__o1', 'post__o2']);
  expect(leftOut).toBe(2);
});
