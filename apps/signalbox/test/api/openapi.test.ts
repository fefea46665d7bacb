import { readFileSync } from 'node:fs';
import { allRoutes } from '@signalbox/api';
import { isJsonObject, type JsonObject } from '@signalbox/sdk';
import { expect, test } from 'vitest';
import { openApiReference } from '../../src/reference/openapi-reference.ts';
import { startAppHub } from '../support/start-app-hub.ts';

const file = new URL('../../../../docs/reference/openapi.json', import.meta.url);

test('docs/reference/openapi.json is what the code says; "npm run docs" writes it anew', () => {
  expect(readFileSync(file, 'utf8')).toBe(openApiReference());
});

test('a running hub serves every described operation and no other, and tells the same document', async () => {
  await using hub = await startAppHub();
  const served = hub.test.hub.routes().map(({ method, path, id }) => `${method} ${path} ${id}`);
  expect(served.toSorted()).toEqual(
    allRoutes.map(({ method, path, id }) => `${method} ${path} ${id}`).toSorted(),
  );
  const answer = await fetch(`${hub.test.url}/api/v1/openapi.json`, {
    headers: { authorization: `Bearer ${hub.test.key}` },
  });
  expect(await answer.json()).toEqual(JSON.parse(openApiReference()));
});

test('every reference in the document leads somewhere, and every list is bounded', () => {
  const document = JSON.parse(openApiReference()) as JsonObject;
  for (const [, target = ''] of openApiReference().matchAll(/"\$ref": "#\/([^"]+)"/g)) {
    const found = target
      .split('/')
      .reduce<unknown>((node, name) => (isJsonObject(node) ? node[name] : undefined), document);
    expect(found, target).toBeDefined();
  }
  const lists = allRoutes.filter(({ id }) => id.startsWith('list'));
  for (const { query } of lists) expect(query?.safeParse({ limit: 501 }).success).toBe(false);
});
