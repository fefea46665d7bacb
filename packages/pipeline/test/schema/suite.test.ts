import { readdirSync, readFileSync } from 'node:fs';
import type { JsonObject, JsonValue } from '@signalbox/sdk';
import { expect, test } from 'vitest';
import { misfit, refusal } from './support.ts';

interface Group {
  readonly description: string;
  readonly schema: JsonObject | boolean;
  readonly tests: readonly {
    readonly description: string;
    readonly data: JsonValue;
    readonly valid: boolean;
  }[];
}

const folder = new URL('suite/', import.meta.url);

test('the official suite comes out as it says, but for what is refused with a reason', () => {
  let passed = 0;
  const [refused, wrong] = [new Set<string>(), [] as string[]];
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.json')))
    for (const { description, schema, tests } of groupsOf(file)) {
      // A schema of one word stands where a schema may.
      const whole = typeof schema === 'boolean' ? { allOf: [schema] } : schema;
      const reason = refusal(whole);
      if (reason !== undefined) refused.add(reason.replace(/^.*?: /, ''));
      else
        for (const { description: what, data, valid } of tests)
          if ((misfit(whole, data) === undefined) === valid) passed++;
          else wrong.push(`${file}: ${description}: ${what}`);
    }
  expect(wrong).toEqual([]);
  expect([...refused].sort()).toEqual([
    '"pattern" is not supported, since a pattern may take for ever; use "enum", "format" or lengths',
    '"patternProperties" is not supported, since a pattern may take for ever; use "enum", "format" or lengths',
    '"unevaluatedProperties" is not supported; use "additionalProperties"',
    'has an "$id", which is not supported within a schema',
    'refers to another place; only "#" and "#/…" can be followed',
  ]);
  expect(passed).toBe(765);
});

function groupsOf(file: string): readonly Group[] {
  return JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as readonly Group[];
}
