import { fromRpcError } from '@signalbox/protocol';
import type { CallRequest, JsonObject } from '@signalbox/sdk';
import { expectCode } from '@signalbox/sdk/expect-code';
import { describe, expect, test } from 'vitest';
import { checkConsent, toUrlQuestions, UrlQuestions } from '../../src/peer/url-questions.ts';

const elicitation = { mode: 'url', elicitationId: 'e-1', url: 'https://x.test/', message: 'sign in' };
const required = fromRpcError({
  code: -32042,
  message: 'visit first',
  data: { elicitations: [elicitation] },
});

function request(takesInput: boolean, capabilities: JsonObject = { elicitation: { url: {} } }): CallRequest {
  return { takesInput, channels: { capabilities, ask: () => Promise.resolve({}) } } as unknown as CallRequest;
}

describe('the error that a page must be visited first', () => {
  test('is a round for a caller that takes rounds, without the id of its session', () => {
    const { elicitationId: _id, ...params } = elicitation;
    expect(toUrlQuestions(required, request(true))).toEqual({
      kind: 'input',
      inputRequests: { 'url-1': { method: 'elicitation/create', params } },
    });
  });

  test('stays an error for everybody else, and so does every other error', () => {
    expect(toUrlQuestions(required, request(false))).toBe(undefined);
    expect(toUrlQuestions(fromRpcError({ code: -32603, message: 'no' }), request(true))).toBe(undefined);
  });

  test('tells a caller that cannot be sent to a page what it lacks', () => {
    const error = expectCode('missing_capability', () =>
      toUrlQuestions(required, request(true, { elicitation: {} })),
    );
    expect(error.details).toEqual({ requiredCapabilities: { elicitation: { url: {} } } });
  });
});

describe('a caller that comes back', () => {
  test.each([
    [undefined, true],
    [{ 'url-1': { action: 'accept' } }, true],
    [{ 'url-1': { action: 'decline' } }, false],
    [{ 'url-1': { action: 'cancel' } }, false],
  ])('with %j may go on: %s', (inputResponses, mayGoOn) => {
    const check = (): void => checkConsent('up', inputResponses ? { inputResponses } : undefined);
    if (mayGoOn) expect(check).not.toThrow();
    else expectCode('cancelled', check);
  });
});

describe('the end of a visit', () => {
  test('is told to the caller that was sent there, once', () => {
    const told: string[] = [];
    const questions = new UrlQuestions();
    questions.note(required, { elicitationDone: (id) => void told.push(id) });
    questions.complete({ elicitationId: 'other' });
    questions.complete({ elicitationId: 'e-1' });
    questions.complete({ elicitationId: 'e-1' });
    expect(told).toEqual(['e-1']);
  });

  test('of the oldest of too many is forgotten', () => {
    const told: string[] = [];
    const questions = new UrlQuestions();
    for (let count = 0; count <= 1_000; count++) {
      const data = { elicitations: [{ ...elicitation, elicitationId: `e-${count}` }] };
      const error = fromRpcError({ code: -32042, message: 'visit', data });
      questions.note(error, { elicitationDone: (id) => void told.push(id) });
    }
    questions.complete({ elicitationId: 'e-0' });
    questions.complete({ elicitationId: 'e-1000' });
    expect(told).toEqual(['e-1000']);
  });
});
