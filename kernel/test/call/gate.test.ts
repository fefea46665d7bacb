import { parseJsonText } from '@signalbox/protocol';
import { type CallRequest, type Principal, prompt, resource, tool } from '@signalbox/sdk';
import { expectRejection } from '@signalbox/sdk/expect-code';
import { startTestHub, stranger, type TestHub } from '@signalbox/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { makeExtension } from '../support/extensions.ts';
import { entry } from '../support/make-catalog.ts';
import { makeProbe, text, toolWith } from '../support/probe.ts';

const probe = makeProbe();
const seen: unknown[] = [];

const own = makeExtension('own', ({ tools, prompts, resources }) => {
  tools.provide(
    'add',
    tool('Adds', z.object({ a: z.number(), b: z.number().default(1) }), ({ a, b }) => a + b, {
      minLevel: 'public',
    }),
  );
  tools.provide(
    'any',
    tool('Takes anything', z.unknown(), (args) => void seen.push(args), { minLevel: 'public' }),
  );
  tools.provide(
    'bug',
    tool('Fails', z.object({}), () => {
      throw new Error('hunter2 at /home/ada/secret.ts');
    }),
  );
  prompts.provide(
    'bug',
    prompt({
      description: 'd',
      arguments: [{ name: 'who', required: true }],
      get: () => {
        throw new Error('hunter2');
      },
    }),
  );
  resources.provide(
    resource({
      uri: 'bug://x',
      name: 'n',
      read: () => {
        throw new Error('hunter2');
      },
    }),
  );
});

let hub: TestHub;

beforeAll(async () => {
  hub = await startTestHub({
    extensions: [probe.extension, own],
    settings: { limits: { maxResultBytes: 2_000 } },
  });
  probe.open(
    'up',
    [
      entry('tool', 'secret', 'anchor'),
      entry('resource', 'x://secret', 'anchor'),
      entry('prompt', 'secret', 'anchor'),
      entry('template', 's://{id}', 'anchor'),
    ],
    () => text('ok'),
  );
});

afterAll(() => hub.stop());

const as = (level: Principal['level']): Partial<CallRequest> => ({
  principal: { kind: 'user', id: `user-${level}`, org: 'local', level, roles: ['member'] },
});

describe('what a caller may not use', () => {
  test.each([
    ['tool', 'up__secret', 'up__absent', {}],
    ['prompt', 'up__secret', 'up__absent', {}],
    ['resource', 'x://secret', 'x://absent', {}],
    ['resource', 's://1', 't://1', {}],
    ['resource', 'signalbox://up/x%3A%2F%2Fsecret', 'signalbox://no/x%3A%2F%2Fsecret', {}],
    ['subscription', 'x://secret', 'x://absent', {}],
    ['completion', 'up__secret', 'up__absent', { ref: { type: 'ref/prompt' } }],
    ['completion', 's://{id}', 't://{id}', { ref: { type: 'ref/resource' } }],
  ] as const)('is told apart from nothing: %s %s and %s', async (kind, invisible, unknown, params) => {
    const messages = [];
    for (const target of [invisible, unknown]) {
      const error = await expectRejection('not_found', hub.call(kind, target, params, as('trusted')));
      messages.push([error.code, error.details, error.message.replaceAll(target, 'TARGET')]);
    }
    expect(messages[0]).toEqual(messages[1]);
  });

  test('is not in its lists, and is in those of who may', () => {
    const list = (level: Principal['level']) =>
      hub.hub.calls
        .list({
          kind: 'tool',
          view: 'all',
          principal: { kind: 'user', id: 'u', org: 'local', level, roles: ['member'] },
          interface: { name: 'http', level: 'anchor' },
        })
        .items.map((item) => item['name']);
    expect({
      none: list('none'),
      public: list('public'),
      trusted: list('trusted'),
      anchor: list('anchor'),
    }).toEqual({
      none: [],
      public: ['add', 'any'],
      trusted: ['add', 'any', 'bug'],
      anchor: ['add', 'any', 'bug', 'up__secret'],
    });
  });

  test('in a view that is not there is not found either', async () => {
    for (const view of ['endpoint:no', 'upstream:no'] as const) {
      const error = await expectRejection('not_found', hub.call('tool', 'add', {}, { view }));
      expect(error.message).toMatch(/^there is no (endpoint|upstream) "no"; /);
    }
  });
});

describe('arguments', () => {
  test.each([
    [{}, "/ must have required property 'a'"],
    [{ arguments: { a: 'x' } }, '/a must be number'],
    [{ arguments: [] }, 'params.arguments must be an object'],
    [{ arguments: 'x' }, 'params.arguments must be an object'],
    [{ arguments: null }, 'params.arguments must be an object'],
    [{ arguments: parseJsonText('12345678901234567890') }, 'must be'],
  ])('%j are refused with where and why', async (params, reason) => {
    const error = await expectRejection('invalid_params', hub.call('tool', 'add', params));
    expect(error.message).toContain(reason);
  });

  test('are filled with defaults, and no value of theirs stands in an error', async () => {
    expect(await hub.call('tool', 'add', { arguments: { a: 41 } })).toEqual({
      kind: 'data',
      value: { content: [{ type: 'text', text: '42' }] },
    });
    const error = await expectRejection(
      'invalid_params',
      hub.call('tool', 'add', { arguments: { a: 'canary-77' } }),
    );
    expect(JSON.stringify([error.message, error.details])).not.toContain('canary');
  });

  test('with numbers longer than a double reach an own tool as numbers', async () => {
    const args = parseJsonText('{"a":0.12345678901234567890123,"b":1}');
    expect(await hub.call('tool', 'add', { arguments: args })).toMatchObject({
      value: { content: [{ text: '1.1234567890123457' }] },
    });
    await hub.call('tool', 'any', { arguments: parseJsonText('{"deep":[{"n":12345678901234567890}]}') });
    expect(seen).toEqual([{ deep: [{ n: Number('12345678901234567890') }] }]);
  });

  test('with long numbers are held against the schema as numbers, and reach an upstream as written', async () => {
    const received: unknown[] = [];
    const schema = {
      type: 'object',
      properties: {
        id: { type: 'integer' },
        object: { type: 'object' },
        few: { maximum: 5 },
        list: { type: 'array' },
      },
    };
    const source = probe.open('long', [toolWith('t', schema)], ({ request }) => {
      received.push(JSON.stringify(request.params['arguments']));
      return text('ok');
    });
    const send = (json: string) => hub.call('tool', 'long__t', { arguments: parseJsonText(json) });
    await send('{"id":12345678901234567890}');
    expect(received).toEqual(['{"id":12345678901234567890}']);
    for (const wrong of [
      '{"object":12345678901234567890}',
      '{"few":12345678901234567890}',
      '{"list":12345678901234567890}',
      '{"id":1.12345678901234567890}',
    ])
      await expectRejection('invalid_params', send(wrong));
    expect(received).toHaveLength(1);
    source.withdraw();
  });

  test('of a tool whose schema cannot be used are not sent', async () => {
    const source = probe.open('bad', [toolWith('t', { $ref: 'https://example.com/x' })], () => text('never'));
    const error = await expectRejection(
      'upstream_invalid_answer',
      hub.call('tool', 'bad__t', { arguments: {} }),
    );
    expect(error.message).toContain('its upstream must mend it');
    source.withdraw();
  });

  test('that a prompt needs must be there as text', async () => {
    const error = await expectRejection('invalid_params', hub.call('prompt', 'bug', { arguments: {} }));
    expect(error.message).toBe('the prompt "bug" needs the argument "who" as text');
  });

  test('of a completion must say what is completed', async () => {
    await expectRejection('invalid_params', hub.call('completion', 'add', {}));
    await expectRejection('invalid_params', hub.call('completion', 'add', { ref: { type: 'ref/tool' } }));
  });
});

describe('a bug', () => {
  test('in a tool is a tool error that tells nothing of it, and the log has the cause', async () => {
    const result = await hub.call('tool', 'bug', { arguments: {} });
    expect(result).toEqual({
      kind: 'data',
      value: {
        content: [{ type: 'text', text: 'the tool "bug" failed; the hub\'s log has the cause' }],
        isError: true,
      },
      isError: true,
    });
    expect(hub.logged()).toContain('hunter2 at /home/ada/secret.ts');
  });

  test.each([
    ['prompt', 'bug', { arguments: { who: 'x' } }],
    ['resource', 'bug://x', {}],
  ] as const)('in a %s goes up as what it is, to be mapped at the edge', async (kind, target, params) => {
    await expect(hub.call(kind, target, params)).rejects.toThrow('hunter2');
  });
});

describe('an answer', () => {
  test.each([
    ['data', () => text('x'.repeat(2_001))],
    [
      'data of many small parts',
      () => ({ kind: 'data' as const, value: { content: [], list: Array.from({ length: 2_001 }, () => 1) } }),
    ],
    ['bytes', () => ({ kind: 'bytes' as const, bytes: new Uint8Array(2_001) })],
  ])('too large as %s is refused', async (_what, invoke) => {
    const source = probe.open('big', [toolWith('t', {})], invoke);
    const error = await expectRejection('too_large', hub.call('tool', 'big__t'));
    expect(error.message).toBe(
      'the answer of "t" is larger than 2000 bytes; ask for less, or raise limits.maxResultBytes',
    );
    source.withdraw();
  });

  test('of the largest size passes', async () => {
    const source = probe.open('fit', [toolWith('t', {})], () => ({
      kind: 'bytes',
      bytes: new Uint8Array(2_000),
    }));
    expect(await hub.call('tool', 'fit__t')).toEqual({ kind: 'bytes', bytes: new Uint8Array(2_000) });
    source.withdraw();
  });
});

describe('a stranger', () => {
  test('is held to the public, whatever way he comes in', async () => {
    await expectRejection('not_found', hub.call('tool', 'bug', {}, { principal: stranger }));
    await expectRejection(
      'not_found',
      hub.call(
        'tool',
        'add',
        { arguments: { a: 1 } },
        { principal: stranger, interface: { name: 'http', level: 'none' } },
      ),
    );
    expect(await hub.call('tool', 'add', { arguments: { a: 1 } }, { principal: stranger })).toMatchObject({
      kind: 'data',
    });
  });
});
