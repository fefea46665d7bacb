import { parseJsonText } from '@signalbox/protocol';
import type { JsonObject, JsonValue } from '@signalbox/sdk';
import { expectRejection } from '@signalbox/sdk/expect-code';
import { startTestHub } from '@signalbox/testkit';
import { describe, expect, test } from 'vitest';
import { makeProbe, toolWith } from '../support/probe.ts';

const schema = { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } };

async function start(outputSchemas: string, structuredContent: JsonValue | undefined, more: JsonObject = {}) {
  const probe = makeProbe();
  const hub = await startTestHub({ extensions: [probe.extension], settings: { limits: { outputSchemas } } });
  const value = { content: [], ...(structuredContent === undefined ? {} : { structuredContent }), ...more };
  probe.open('a', [toolWith('t', {}, schema)], () => ({
    kind: 'data',
    value,
    isError: more['isError'] === true,
  }));
  return { hub, value, [Symbol.asyncDispose]: hub.stop };
}

describe('an answer that breaks the output schema of its tool', () => {
  test('is refused where schemas are enforced, with the place', async () => {
    await using made = await start('enforce', { n: 'canary' });
    const error = await expectRejection('upstream_invalid_answer', made.hub.call('tool', 'a__t'));
    expect(error.message).toBe('"t" of "a" breaks its own output schema at /n: must be integer');
  });

  test('passes with a word in the log where they are warned of', async () => {
    await using made = await start('warn', { n: 'canary' });
    expect(await made.hub.call('tool', 'a__t')).toEqual({ kind: 'data', value: made.value, isError: false });
    const line = made.hub
      .logged()
      .split('\n')
      .find((each) => each.includes('output breaks its schema'));
    expect(JSON.parse(line ?? '{}')).toMatchObject({ source: 'a', tool: 't', path: '/n' });
    expect(line).not.toContain('canary');
  });

  test('passes in silence where they are off', async () => {
    await using made = await start('off', { n: 'x' });
    await made.hub.call('tool', 'a__t');
    expect(made.hub.logged()).not.toContain('output breaks its schema');
  });
});

describe('an answer that is fine', () => {
  test.each([
    ['fits', { n: 1 }, {}],
    ['has a number longer than a double', parseJsonText('{"n":12345678901234567890}'), {}],
    ['is an error of the tool', { n: 'x' }, { isError: true }],
    ['has nothing structured', undefined, {}],
  ])('passes because it %s', async (_what, structured, more) => {
    await using made = await start('enforce', structured, more);
    expect(await made.hub.call('tool', 'a__t')).toMatchObject({ kind: 'data', value: made.value });
  });
});
