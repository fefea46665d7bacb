import {
  catalogReader,
  defineService,
  defineTopic,
  type Extension,
  hubInfo,
  type Mount,
  prompt,
  type Route,
  resource,
  route,
  tool,
} from '@signalbox/sdk';
import { expectCode, expectRejection } from '@signalbox/sdk/expect-code';
import { FakeClock, startTestHub } from '@signalbox/testkit';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { makeExtension } from '../support/extensions.ts';

const greeting = defineService<{ readonly greet: () => string }>('greeting');

const start = (...extensions: Extension[]) => startTestHub({ extensions });
const answer = z.object({});
const get = (path: string, more: Partial<Route> = {}): Route =>
  route({
    method: 'GET',
    path,
    id: path,
    summary: 's',
    tag: 't',
    access: 'principal',
    answer,
    handle: () => ({}),
    ...more,
  });
const mount = (path: string, more: object = {}): Mount => ({
  path,
  access: 'principal',
  handle: () => undefined,
  ...more,
});

describe('starting extensions', () => {
  test('sets up in order, then tells each that the hub is ready, and stops in reverse', async () => {
    const seen: string[] = [];
    const witness = (name: string, more = {}) =>
      makeExtension(
        name,
        ({ onReady, onStop }) => {
          seen.push(`setup ${name}`);
          onReady(() => void seen.push(`ready ${name}`));
          onStop(() => void seen.push(`stop ${name} 1`));
          onStop(async () => void seen.push(`stop ${name} 2`));
        },
        more,
      );
    const hub = await start(witness('a'), witness('b'));
    await hub.hub.stop();
    await hub.hub.stop();
    await hub.stop();
    expect(seen).toEqual([
      'setup a',
      'setup b',
      'ready a',
      'ready b',
      'stop b 2',
      'stop b 1',
      'stop a 2',
      'stop a 1',
    ]);
  });

  test('hands a service from its provider to who needs it', async () => {
    const heard: string[] = [];
    await using _hub = await start(
      makeExtension('guest', ({ use }) => void heard.push(use(greeting).greet()), { needs: [greeting] }),
      makeExtension('host', ({ offer }) => offer(greeting, { greet: () => 'hello' }), {
        provides: [greeting],
      }),
    );
    expect(heard).toEqual(['hello']);
  });

  test('finds a service that is wanted where somebody offers it', async () => {
    const heard: (string | undefined)[] = [];
    const guest = makeExtension('guest', ({ find }) => void heard.push(find(greeting)?.greet()), {
      wants: [greeting],
    });
    await (await start(guest)).stop();
    const host = makeExtension('host', ({ offer }) => offer(greeting, { greet: () => 'hello' }), {
      provides: [greeting],
    });
    await (await start(guest, host)).stop();
    expect(heard).toEqual([undefined, 'hello']);
  });

  test.each([
    [
      'looks for a service without wanting it',
      makeExtension('a', ({ find }) => void find(catalogReader)),
      '"a" looks for "catalog" without naming it in "wants"',
    ],
    [
      'uses a service without needing it',
      makeExtension('a', ({ use }) => void use(catalogReader)),
      '"a" uses "catalog" without naming it in "needs"',
    ],
    [
      'offers a service without providing it',
      makeExtension('a', ({ offer }) => offer(greeting, { greet: () => '' })),
      '"a" offers "greeting" without naming it in "provides"',
    ],
    [
      'does not offer what it promised',
      makeExtension('a', () => undefined, { provides: [greeting] }),
      '"a" promised the service "greeting" and did not offer it',
    ],
    [
      'provides a route without an access class',
      makeExtension('a', ({ routes }) => routes.provide(get('/x', { access: undefined as never }))),
      '"a" provides /x without saying who may reach it; set "access"',
    ],
    [
      'mounts a path with an access class of its own invention',
      makeExtension('a', ({ routes }) => routes.mount(mount('/x', { access: 'everybody' }))),
      '"a" provides /x without saying who may reach it; set "access"',
    ],
    [
      'throws',
      makeExtension('a', () => {
        throw new Error('the password is hunter2');
      }),
      'the extension "a" failed to start; the log has the cause',
    ],
  ])('is refused when one %s', async (_what, extension, message) => {
    expect((await expectRejection('extension_failed', start(extension))).message).toBe(message);
  });

  test.each([
    [
      'a tool',
      (name: string) =>
        makeExtension(name, ({ tools }) =>
          tools.provide(
            't',
            tool('d', z.object({}), () => ''),
          ),
        ),
    ],
    [
      'a prompt',
      (name: string) =>
        makeExtension(name, ({ prompts }) =>
          prompts.provide('p', prompt({ description: 'd', arguments: [], get: () => '' })),
        ),
    ],
    [
      'a resource',
      (name: string) =>
        makeExtension(name, ({ resources }) =>
          resources.provide(resource({ uri: 'x://y', name: 'n', read: () => '' })),
        ),
    ],
    ['a mount', (name: string) => makeExtension(name, ({ routes }) => routes.mount(mount('/m')))],
    ['a prefix', (name: string) => makeExtension(name, ({ routes }) => routes.mount(mount('/m/')))],
    ['a route', (name: string) => makeExtension(name, ({ routes }) => routes.provide(get('/r')))],
    [
      'a source',
      (name: string) =>
        makeExtension(
          name,
          ({ sources }) =>
            void sources.open({
              id: 's',
              kind: 'upstream',
              minLevel: 'public',
              invoke: () => ({ kind: 'data', value: {} }),
            }),
        ),
    ],
  ])('is refused when two want the same %s', async (_what, make) => {
    await expectRejection('conflict', start(make('first'), make('second')));
    const hub = await start(make('first'));
    await hub.stop();
  });

  test.each([
    ['setup', 'b'],
    ['ready', 'a'],
  ])('that fails in %s stops what was started and names who failed', async (phase, culprit) => {
    const stopped: string[] = [];
    const fail = (): void => {
      throw new Error('no');
    };
    const make = (name: string) =>
      makeExtension(name, ({ onReady, onStop }) => {
        onStop(() => void stopped.push(name));
        if (name !== culprit) return;
        if (phase === 'setup') fail();
        onReady(fail);
      });
    const error = await expectRejection('extension_failed', start(make('a'), make('b')));
    expect(error.message).toBe(`the extension "${culprit}" failed to start; the log has the cause`);
    expect(stopped).toEqual(['b', 'a']);
  });
});

describe('stopping extensions', () => {
  test('withdraws everything they provided', async () => {
    const topic = defineTopic<string>('noise');
    const heard: string[] = [];
    let publish: (text: string) => void = () => undefined;
    const full = makeExtension(
      'full',
      ({ tools, resources, prompts, routes, sources, health, events, offer }) => {
        tools.provide(
          't',
          tool('d', z.object({}), () => ''),
        );
        resources.provide(resource({ uri: 'x://y', name: 'n', read: () => '' }));
        prompts.provide('p', prompt({ description: 'd', arguments: [], get: () => '' }));
        routes.provide(get('/r'));
        routes.mount(mount('/m'));
        const source = sources.open({
          id: 'up',
          kind: 'upstream',
          minLevel: 'public',
          invoke: () => ({ kind: 'data', value: {} }),
        });
        source.publish([{ kind: 'tool', name: 'u', definition: { name: 'u' } }]);
        health.check('h', () => ({ status: 'ok' }));
        events.on(topic, (text) => void heard.push(text));
        publish = (text) => events.publish(topic, text);
        offer(greeting, { greet: () => 'hi' });
      },
      { provides: [greeting] },
    );
    const { hub, stop } = await start(full);
    const catalog = hub.services.get(catalogReader);
    const info = hub.services.get(hubInfo);
    const look = async () => ({
      tools: catalog.items('tool').map(({ name }) => name),
      resources: catalog.items('resource').map(({ name }) => name),
      prompts: catalog.items('prompt').map(({ name }) => name),
      views: catalog.views(),
      routes: hub.routes().map(({ path }) => path),
      mounts: hub.mounts().map(({ path }) => path),
      health: (await info.checkHealth()).map(({ name }) => name),
    });
    publish('before');
    expect(await look()).toEqual({
      tools: ['t', 'up__u'],
      resources: ['x://y'],
      prompts: ['p'],
      views: ['all', 'upstream:up'],
      routes: ['/r'],
      mounts: ['/m'],
      health: ['full/h'],
    });
    await stop();
    publish('after');
    expect(await look()).toEqual({
      tools: [],
      resources: [],
      prompts: [],
      views: ['all'],
      routes: [],
      mounts: [],
      health: [],
    });
    expect(heard).toEqual(['before']);
    expectCode('extension_failed', () => hub.services.get(greeting));
  });

  test('goes on when one fails to stop, and says so in the log', async () => {
    const stopped: string[] = [];
    const hub = await start(
      makeExtension('a', ({ onStop }) => onStop(() => void stopped.push('a'))),
      makeExtension('b', ({ onStop }) => {
        onStop(() => void stopped.push('b first'));
        onStop(() => Promise.reject(new Error('stuck')));
        onStop(() => {
          throw new Error('stuck too');
        });
      }),
    );
    await hub.stop();
    expect(stopped).toEqual(['b first', 'a']);
    const lines = hub
      .logged()
      .split('\n')
      .filter((line) => line.includes('failed to stop cleanly'));
    expect(lines.map((line) => (JSON.parse(line) as { extension: string }).extension)).toEqual(['b', 'b']);
  });

  test('waits for nobody for ever', async () => {
    const clock = new FakeClock();
    const stopped: string[] = [];
    let isStopping: () => void = () => undefined;
    const stopping = new Promise<void>((resolve) => (isStopping = resolve));
    const { hub } = await startTestHub({
      clock,
      extensions: [
        makeExtension('a', ({ onStop }) => onStop(() => void stopped.push('a'))),
        makeExtension('b', ({ onStop }) =>
          onStop(() => {
            isStopping();
            return new Promise<void>(() => undefined);
          }),
        ),
      ],
    });
    const stop = hub.stop();
    await stopping;
    clock.advance(10_000);
    await stop;
    expect(stopped).toEqual(['a']);
  });
});
