import { expect, test } from 'vitest';
import { pipelineKnowledge } from '../src/pipeline-knowledge.ts';

// A quarter to midnight in UTC, and the next day in Chisinau.
const context = {
  params: { user: 'ada', empty: '', count: 3 },
  scheduled_at: Date.UTC(2026, 5, 1, 23, 45),
  timezone: 'Europe/Chisinau',
};

test.each([
  ['brief-${params.user}', 'brief-ada'],
  ['${params.count}', '3'],
  ['day-${scheduled_at.date}', 'day-2026-06-02'],
])('the key %s comes to %s, on the calendar of its zone', (template, key) => {
  expect(pipelineKnowledge.render?.(template, context)).toBe(key);
});

test.each(['${params.empty}', '${params}', '${params.nobody}'])(
  'the key %s comes to none and is refused',
  (template) => {
    expect(() => pipelineKnowledge.render?.(template, context)).toThrow();
  },
);

test.each([
  ['${', /character 1/],
  ['key-${params..}', /character 14|character 1\d/],
  ['${nope.x}', /a key can read params, task, and not "nope"/],
])('the key %s is refused before anything is due', (template, reason) => {
  expect(() => pipelineKnowledge.checkKey?.(template, ['params', 'task'])).toThrow(reason);
});

test.each(['${params.user}-${task.id}', '${now+1h}', '${scheduled_at.date}', 'plain'])(
  'the key %s can be made',
  (template) => {
    pipelineKnowledge.checkKey?.(template, ['params', 'task', 'now', 'scheduled_at']);
  },
);

test.each([
  ["to == 'ada'", true],
  ["payload.to == 'bob'", false],
  ['amount > 5', true],
  ['nothing', false],
])('the condition %s is %s of a payload', (expression, isMet) => {
  expect(pipelineKnowledge.matches?.(expression, { to: 'ada', amount: 7 })).toBe(isMet);
});

test('a condition that is none is refused', () => {
  expect(() => pipelineKnowledge.matches?.('to ==', null)).toThrow(/condition/);
});

test('the tools of a pipeline are those of all its steps, and a broken pipeline has none', () => {
  const steps = [
    { id: 'a', uses: 'one' },
    { id: 'b', foreach: { in: [1] }, steps: [{ id: 'c', uses: 'two' }] },
  ];
  expect(pipelineKnowledge.requirements({ steps })).toEqual({ tools: ['one', 'two'], secrets: [] });
  expect(() => pipelineKnowledge.requirements({ steps: [] })).toThrow(/pipeline/);
});
