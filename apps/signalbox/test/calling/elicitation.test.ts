import type { JsonObject } from '@signalbox/sdk';
import { expect, test } from 'vitest';
import { answerElicitation } from '../../src/calling/answer-elicitation.ts';
import type { Prompter } from '../../src/terminal/prompter.ts';

/** A person who types these lines; `undefined` is Ctrl-C. */
function person(...lines: (string | undefined)[]): Prompter & { readonly seen: () => string } {
  let seen = '';
  const ask: Prompter['ask'] = (question) => {
    seen += `${question}\n`;
    return Promise.resolve(lines.shift());
  };
  return {
    seen: () => seen,
    tell: (text) => {
      seen += text;
    },
    ask,
    askSecret: ask,
  };
}

const signal = new AbortController().signal;
const form = (properties: JsonObject, required: string[] = []): JsonObject => ({
  message: 'Where to?',
  requestedSchema: { type: 'object', properties, required },
});

test('a form is asked field by field, with types, choices and defaults', async () => {
  const prompter = person('', 'Chisinau', '3', '', 'y', '2', '1,rain');
  const answer = await answerElicitation(
    form(
      {
        city: { type: 'string', title: 'City' },
        days: { type: 'integer', minimum: 1 },
        unit: { type: 'string', default: 'metric' },
        alert: { type: 'boolean' },
        when: { type: 'string', enum: ['today', 'later'], enumNames: ['Today', 'Later'] },
        what: {
          type: 'array',
          items: {
            anyOf: [
              { const: 'sun', title: 'Sun' },
              { const: 'rain', title: 'Rain' },
            ],
          },
        },
      },
      ['city', 'days'],
    ),
    prompter,
    signal,
  );
  expect(answer).toEqual({
    action: 'accept',
    content: { city: 'Chisinau', days: 3, unit: 'metric', alert: true, when: 'later', what: ['sun', 'rain'] },
  });
});

test.each([
  ['a required field left empty', { a: { type: 'string' } }, '', 'x'],
  ['a number out of range', { a: { type: 'number', maximum: 5 } }, '6', '5'],
  ['a fraction for a whole number', { a: { type: 'integer' } }, '1.5', '1'],
  ['a text too short', { a: { type: 'string', minLength: 3 } }, 'ab', 'abc'],
  ['no email address', { a: { type: 'string', format: 'email' } }, 'nobody', 'a@b.md'],
  ['no date', { a: { type: 'string', format: 'date' } }, 'tomorrow', '2026-11-20'],
  ['neither yes nor no', { a: { type: 'boolean' } }, 'maybe', 'no'],
  ['no choice of the list', { a: { type: 'string', enum: ['x', 'y'] } }, '3', '2'],
])('%s is told and asked again', async (_, properties, wrong, right) => {
  const prompter = person('', wrong, right);
  const answer = await answerElicitation(form(properties, ['a']), prompter, signal);
  expect(answer.action).toBe('accept');
  expect(Object.keys(answer.content ?? {})).toEqual(['a']);
});

test('an optional field left empty is left out', async () => {
  const answer = await answerElicitation(form({ a: { type: 'string' } }), person('', ''), signal);
  expect(answer).toEqual({ action: 'accept', content: {} });
});

test('d declines and Ctrl-C cancels, at the start and in between', async () => {
  const two = form({ a: { type: 'string' }, b: { type: 'string' } });
  expect(await answerElicitation(two, person('d'), signal)).toEqual({ action: 'decline' });
  expect(await answerElicitation(two, person(undefined), signal)).toEqual({ action: 'cancel' });
  expect(await answerElicitation(two, person('', 'x', undefined), signal)).toEqual({ action: 'cancel' });
});

test('"d" is an answer like any other once the form has begun', async () => {
  const answer = await answerElicitation(form({ a: { type: 'string' } }, ['a']), person('', 'd'), signal);
  expect(answer).toEqual({ action: 'accept', content: { a: 'd' } });
});

test('a URL is shown with its host and accepted when the person says so', async () => {
  const prompter = person('');
  const params = {
    mode: 'url',
    message: 'Sign in',
    url: 'https://example.com/login?x=1',
    elicitationId: '1',
  };
  expect(await answerElicitation(params, prompter, signal)).toEqual({ action: 'accept' });
  expect(prompter.seen()).toContain('example.com');
  expect(prompter.seen()).toContain('https://example.com/login?x=1');
});

test('a URL that is no web address is declined without asking', async () => {
  const params = { mode: 'url', message: 'Sign in', url: 'javascript:alert(1)' };
  expect(await answerElicitation(params, person(), signal)).toEqual({ action: 'decline' });
});
