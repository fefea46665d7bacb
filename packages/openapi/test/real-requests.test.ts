import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { isJsonObject, type JsonObject, type JsonValue } from '@signalbox/sdk';
import { describe, expect, test } from 'vitest';
import { buildRequest, openDocument, toTools } from '../src/index.ts';

/** Reads a document as a server would, without our reader. */
function packed(file: string): JsonObject {
  const bytes = readFileSync(new URL(`fixtures/specifications/${file}`, import.meta.url));
  return JSON.parse(gunzipSync(bytes).toString()) as JsonObject;
}

/** The one operation of the document a request is for: the path with the most fixed segments wins, as in a router. */
function route(paths: JsonObject, method: string, pathname: string): string | undefined {
  const given = pathname.split('/');
  return Object.entries(paths)
    .filter(([, item]) => isJsonObject(item) && item[method.toLowerCase()] !== undefined)
    .map(([path]) => path)
    .filter((path) => {
      const wanted = path.split('/');
      return (
        wanted.length === given.length &&
        wanted.every((part, at) =>
          part.includes('{')
            ? new RegExp(`^${part.replaceAll('.', String.raw`\.`).replaceAll(/\{[^}]+\}/g, '[^/]+')}$`).test(
                given[at] ?? '',
              )
            : part === given[at],
        )
      );
    })
    .toSorted((a, b) => open(a) - open(b) || fixed(b) - fixed(a))[0];
}

/** How many segments hold a parameter. */
function open(path: string): number {
  return path.split('/').filter((part) => part.includes('{')).length;
}

/** How many characters are no parameter. */
function fixed(path: string): number {
  return path.replaceAll(/\{[^}]+\}/g, '').length;
}

describe.each(['github.json.gz', 'stripe.json.gz'])('%s', (file) => {
  const root = packed(file);
  const tools = toTools(openDocument(root));

  test('a request of every tool reaches the operation it was made from', () => {
    const paths = root['paths'] as JsonObject;
    for (const tool of tools) {
      const required = tool.parameters.filter(({ isRequired }) => isRequired);
      const given: JsonObject = Object.fromEntries(
        required.map(({ argument }): [string, JsonValue] => [argument, `${argument}/value 1`]),
      );
      const { method, url } = buildRequest(tool, given, { baseUrl: 'https://api.example', boundary: 'b' });
      const { pathname, searchParams } = new URL(url);
      expect(route(paths, method, pathname)).toBe(tool.operation.path);
      for (const { in: place, name, argument } of required)
        if (place === 'query') expect([name, searchParams.get(name)]).toEqual([name, `${argument}/value 1`]);
    }
  });
});
