import { readFileSync } from 'node:fs';
import { makePlan } from '@signalbox/pipeline';
import { taskInput } from '@signalbox/sdk';
import { expect, test } from 'vitest';

const read = (file: string): string => readFileSync(new URL(`../../../../${file}`, import.meta.url), 'utf8');
const guide = read('docs/guides/schedule-tasks.md');
const inGuide = [...guide.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text = '']) => text);

test.each([
  ...inGuide,
  read('examples/morning-briefing/task.json'),
  read('examples/morning-briefing/announce.json'),
  read('examples/quickstart/remember-a-file.json'),
])('a task of the guide is one, and its pipeline is right', (text) => {
  const { payload } = taskInput.parse(JSON.parse(text));
  expect(makePlan(payload).tools.length).toBeGreaterThan(0);
});

test('the guide names every tool agents have for tasks', () => {
  const folder = new URL('../../../../extensions/scheduler/src/tools/', import.meta.url);
  const provided = [
    'provide-tools',
    'read-tasks',
    'pause-task',
    'run-task',
    'read-runs',
    'change-run',
    'approvals',
    'system',
  ]
    .map((file) => readFileSync(new URL(`${file}.ts`, folder), 'utf8'))
    .flatMap((text) => [...text.matchAll(/tools\.provide\(\s*'(\w+)'/g)].map(([, name = '']) => name));
  expect(provided).toHaveLength(21);
  for (const name of provided) expect(guide).toContain(`\`${name}\``);
});
