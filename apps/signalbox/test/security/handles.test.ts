import { addRule } from '@signalbox/api';
import { permissions } from '@signalbox/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Stage, setStage } from './support/cast.ts';
import { type McpCaller, makeMcpCaller, resultOf, type WholeAnswer } from './support/mcp-caller.ts';

const tasks = 'io.modelcontextprotocol/tasks';
const takesTasks = { extensions: { [tasks]: {} } };
const takesQuestions = { elicitation: { form: {} } };

let stage: Stage;
let ada: McpCaller;
let thieves: { readonly [who: string]: McpCaller };

beforeAll(async () => {
  stage = await setStage({ settings: { mcp: { taskAfterMs: 0 } } });
  const people = [
    ['ada', 'local'],
    ['bob', 'local'],
    ['fay', 'acme'],
  ] as const;
  const callers = new Map<string, McpCaller>();
  for (const [login, org] of people) {
    const person = await stage.addPerson(login, ['owner'], org);
    callers.set(login, makeMcpCaller(stage.url, (await stage.keyOf(person, permissions, org)).key));
  }
  const of = (login: string): McpCaller => callers.get(login) ?? ada;
  ada = of('ada');
  thieves = { 'somebody of the same organization': of('bob'), 'somebody of another organization': of('fay') };
});
afterAll(() => stage[Symbol.asyncDispose]());

interface Handle {
  /** Gets one as Ada. */
  readonly get: () => Promise<string>;
  /** One of the same form that never was. */
  readonly fake: (real: string) => string;
  readonly use: (caller: McpCaller, handle: string) => Promise<WholeAnswer>;
  /** True for an answer Ada gets. */
  readonly isGood: (answer: WholeAnswer) => boolean;
}

const otherCharacters = (text: string): string =>
  text.replaceAll(/[0-9a-f]/g, (each) => ((Number.parseInt(each, 16) + 7) % 16).toString(16));
const initialize = {
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'a', version: '1' } },
};

function textOf(answer: WholeAnswer, member: string): string {
  const value = resultOf(answer)[member];
  return typeof value === 'string' ? value : '';
}

const handles: { readonly [kind: string]: Handle } = {
  'a task': {
    get: async () =>
      textOf(await ada.modern('tools/call', { name: 'stuck', arguments: {} }, takesTasks), 'taskId'),
    fake: otherCharacters,
    use: (caller, taskId) => caller.modern('tasks/get', { taskId }, takesTasks),
    isGood: ({ text }) => text.includes('"status":"working"'),
  },
  'the end of a task': {
    get: async () =>
      textOf(await ada.modern('tools/call', { name: 'stuck', arguments: {} }, takesTasks), 'taskId'),
    fake: otherCharacters,
    use: (caller, taskId) => caller.modern('tasks/cancel', { taskId }, takesTasks),
    isGood: ({ text }) => text.includes('"result"'),
  },
  'the state of a call that asks': {
    get: async () => {
      const answer = await ada.modern('tools/call', { name: 'ask_name', arguments: {} }, takesQuestions);
      return textOf(answer, 'requestState');
    },
    fake: (real) => `${real.slice(0, 40)}${real.slice(40).split('').reverse().join('')}`,
    use: (caller, requestState) => {
      const inputResponses = { 'input-1': { action: 'decline' } };
      return caller.modern(
        'tools/call',
        { name: 'ask_name', arguments: {}, requestState, inputResponses },
        takesQuestions,
      );
    },
    isGood: ({ text }) => text.includes('decline'),
  },
  'a session': {
    get: async () => (await ada.legacy(initialize)).headers.get('mcp-session-id') ?? '',
    fake: otherCharacters,
    use: (caller, sessionId) => caller.legacy({ id: 2, method: 'tools/list' }, sessionId),
    isGood: ({ text }) => text.includes('ask_name'),
  },
  'the end of a session': {
    get: async () => (await ada.legacy(initialize)).headers.get('mcp-session-id') ?? '',
    fake: otherCharacters,
    use: (caller, sessionId) =>
      caller.send('/mcp', {
        method: 'DELETE',
        headers: { 'mcp-session-id': sessionId, 'mcp-protocol-version': '2025-11-25' },
      }),
    isGood: ({ status }) => status < 300,
  },
  'an approval': {
    get: async () => {
      await ada.modern('tools/call', { name: 'fail', arguments: {} }, takesTasks);
      // The call goes on as a task while its approval is written down.
      for (;;) {
        const { items } = JSON.parse((await ada.send('/api/v1/approvals')).text) as {
          items: { id: string }[];
        };
        if (items[0]) return items[0].id;
      }
    },
    fake: otherCharacters,
    use: (caller, id) => caller.send(`/api/v1/approvals/${id}`),
    isGood: ({ text }) => text.includes('"fail"'),
  },
};

// People of one organization who may answer approvals see each other's.
const sharedWithin = new Set(['an approval']);

describe.each(Object.entries(handles))('%s of Ada', (kind, { get, fake, use, isGood }) => {
  test('is to everybody else as if it never was', async () => {
    if (kind === 'an approval')
      await stage.owner.request(addRule, {
        query: {},
        body: { id: 'ask-first', effect: 'approve', what: { targets: ['fail'] } },
      });
    const real = await get();
    expect(real.length).toBeGreaterThanOrEqual(20);
    for (const [who, thief] of Object.entries(thieves)) {
      if (sharedWithin.has(kind) && who.includes('same')) continue;
      const made = fake(real);
      const stolen = await use(thief, real);
      const never = await use(thief, made);
      const seen = ({ status, text }: WholeAnswer, handle: string): string =>
        `${status} ${text.replaceAll(handle, '<handle>')}`;
      expect(seen(stolen, real), who).toBe(seen(never, made));
      expect(isGood(stolen), who).toBe(false);
    }
    expect(isGood(await use(ada, real))).toBe(true);
  });
});
