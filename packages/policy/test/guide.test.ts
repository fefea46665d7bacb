import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { ruleDefinition } from '../src/index.ts';

const guide = readFileSync(new URL('../../../docs/guides/rules-and-approvals.md', import.meta.url), 'utf8');
const examples = [...guide.matchAll(/```yml\n(.*?)```/gs)].map(([, text = '']) => parse(text) as unknown[]);

test('the rules of the guide are rules', () => {
  const rules = examples.flat();
  expect(rules.length).toBe(9);
  for (const rule of rules) expect(ruleDefinition.safeParse(rule).error).toBe(undefined);
});
