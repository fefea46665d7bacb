import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { JsonValue } from '@signalbox/sdk';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type OpenApiTool, openDocument, SchemaBudget, toTools } from '../src/index.ts';

const require = createRequire(import.meta.url);

function packed(file: string): JsonValue {
  const bytes = readFileSync(new URL(`fixtures/specifications/${file}`, import.meta.url));
  return JSON.parse(gunzipSync(bytes).toString()) as JsonValue;
}

function figma(): JsonValue {
  const folder = dirname(require.resolve('@figma/rest-api-spec/package.json'));
  return parse(readFileSync(join(folder, 'openapi/openapi.yaml'), 'utf8'), {
    maxAliasCount: -1,
  }) as JsonValue;
}

const documents: readonly (readonly [string, () => JsonValue, number])[] = [
  ['GitHub', () => packed('github.json.gz'), 1_223],
  ['Stripe', () => packed('stripe.json.gz'), 452],
  ['Figma', figma, 54],
];

describe.each(documents)('the document of %s', (_name, read, count) => {
  const budget = new SchemaBudget();
  const tools: readonly OpenApiTool[] = toTools(openDocument(read()), { budget });

  test('is far from its budget', () => {
    expect(budget.openTools).toBe(0);
    expect(budget.visited).toBeLessThan(500_000);
  });

  test('gives every operation as a tool of its own name', () => {
    expect(tools).toHaveLength(count);
    expect(new Set(tools.map(({ name }) => name)).size).toBe(count);
    expect(tools.filter(({ name }) => !/^[A-Za-z0-9_.-]{1,128}$/.test(name))).toEqual([]);
  });

  test('gives schemas of bounded size that all compile', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false, logger: false });
    for (const { name, definition } of tools) {
      for (const member of ['inputSchema', 'outputSchema']) {
        const schema = definition[member];
        if (schema === undefined) continue;
        expect({ name, size: JSON.stringify(schema).length < 262_144 }).toEqual({ name, size: true });
        expect({ name, member, kind: typeof ajv.compile(schema as object) }).toEqual({
          name,
          member,
          kind: 'function',
        });
      }
    }
  });
});
