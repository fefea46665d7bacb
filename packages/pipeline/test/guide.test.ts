import { readFileSync } from 'node:fs';
import { isJsonObject, type JsonValue } from '@signalbox/sdk';
import { describe, expect, test } from 'vitest';
import { compileCondition, compileExpression, compileTemplate, type Scope } from '../src/index.ts';
import { time } from './support.ts';

const guide = readFileSync(
  new URL('../../../docs/guides/expressions-and-templates.md', import.meta.url),
  'utf8',
);
const scope = readScope();
const morning = {
  ...time,
  nowMs: Date.UTC(2026, 10, 30, 6, 30),
  scheduledAtMs: Date.UTC(2026, 10, 30, 6, 30),
};

const examples = [...guide.matchAll(/```(template|expression|condition)\n(.*?)```/gs)].flatMap(
  ([, kind = '', lines = '']) =>
    lines
      .trimEnd()
      .split('\n')
      .map((line) => {
        const [written = '', found = ''] = line.split(/ +→ /);
        return { kind, written, found };
      }),
);

describe('what the guide says is so', () => {
  test('it has examples', () => {
    expect(examples.length).toBeGreaterThan(35);
  });

  test.each(examples)('$kind $written', ({ kind, written, found }) => {
    const wanted: JsonValue = JSON.parse(found);
    if (kind === 'template')
      expect(compileTemplate(JSON.parse(written)).render(scope, morning)).toEqual(wanted);
    else if (kind === 'condition') expect(compileCondition(written).test(scope, morning)).toBe(wanted);
    else expect(compileExpression(written).search({ ...scope })).toEqual(wanted);
  });
});

function readScope(): Scope {
  const value: JsonValue = JSON.parse(/```json\n(.*?)```/s.exec(guide)?.[1] ?? 'null');
  return isJsonObject(value) ? value : {};
}
