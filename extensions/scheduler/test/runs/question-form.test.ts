import type { JsonObject, RunQuestion } from '@signalbox/sdk';
import { describe, expect, test } from 'vitest';
import { questionForm, readFormAnswer } from '../../src/runs/question-form.ts';

const base = { message: 'Send it?' } as RunQuestion;
const withSchema: RunQuestion = {
  ...base,
  schema: { type: 'object', properties: { to: { type: 'string' } }, required: ['to'] },
};

describe('an answer to the form of a question', () => {
  test.each<[string, RunQuestion, JsonObject, unknown]>([
    ['yes', base, { action: 'accept', content: { approve: true } }, { isApproved: true }],
    ['no', base, { action: 'accept', content: { approve: false } }, { isApproved: false }],
    ['a decline', base, { action: 'decline' }, { isApproved: false }],
    [
      'what was asked for',
      withSchema,
      { action: 'accept', content: { to: 'ada' } },
      { isApproved: true, answer: { to: 'ada' } },
    ],
  ])('that is %s counts', (_what, question, result, answer) => {
    expect(readFormAnswer(question, result)).toMatchObject(answer as object);
  });

  test.each<[string, RunQuestion, JsonObject]>([
    ['another name', base, { action: 'accept', content: { approved: true } }],
    ['no boolean', base, { action: 'accept', content: { approve: 'yes' } }],
    ['no content', base, { action: 'accept' }],
    ['what does not fit the schema', withSchema, { action: 'accept', content: { to: 1 } }],
    ['a missing member', withSchema, { action: 'accept', content: {} }],
  ])('with %s is asked for again, saying what did not fit', (_what, question, result) => {
    const note = readFormAnswer(question, result);
    expect(note).toMatch(/^The answer before did not fit: (approve|to): /);
    expect(
      questionForm(question, { title: 'briefing', note: typeof note === 'string' ? note : undefined })?.[
        'message'
      ],
    ).toContain('did not fit');
  });

  test('is none when the form was closed', () => {
    expect(readFormAnswer(base, { action: 'cancel' })).toBeUndefined();
  });
});
