import { readFileSync } from 'node:fs';
import { makePlan } from '@signalbox/pipeline';
import { expect, test } from 'vitest';

const guide = readFileSync(new URL('../../../../docs/guides/write-a-pipeline.md', import.meta.url), 'utf8');
const examples = [...guide.matchAll(/```pipeline\n([\s\S]*?)```/g)].map(([, text]) => text ?? '');

test('every pipeline of the guide is one', () => {
  expect(examples.length).toBe(4);
  for (const example of examples) expect(() => makePlan(JSON.parse(example))).not.toThrow();
});
