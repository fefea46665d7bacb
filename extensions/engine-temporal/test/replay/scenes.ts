import type { JsonObject } from '@signalbox/sdk';
import type { EngineHub } from '../../../engine-embedded/test/support/engine-hub.ts';

/** A run whose history is kept, to be replayed by every later version of the workflow. */
export interface Scene {
  readonly name: string;
  readonly pipeline: JsonObject;
  readonly params?: JsonObject;
  readonly maxRetries?: number;
  /** What comes from outside once it waits. */
  readonly during?: (hub: EngineHub, run: string) => Promise<void>;
}

const call = (id: string, more: JsonObject = {}): JsonObject => ({
  id,
  uses: 'mark',
  with: { text: id },
  ...more,
});

/** Every way a workflow may go. */
export const scenes: readonly Scene[] = [
  { name: 'steps', pipeline: { steps: [call('a'), call('b', { with: { text: '${steps.a.text}' } })] } },
  { name: 'sleep', pipeline: { steps: [{ id: 'nap', sleep: 1 }, call('a')] } },
  {
    name: 'answer',
    pipeline: { steps: [{ id: 'ask', approve: { message: 'Really?' } }, call('a')] },
    during: (hub, run) => hub.engine.answer('local', { run, path: 'ask', isApproved: true, by: 'ada' }),
  },
  {
    name: 'event',
    pipeline: { steps: [{ id: 'mail', wait: { event: 'mail.*', timeout: '1h' } }, call('a')] },
    during: (hub) =>
      hub.engine.deliver({
        org: 'local',
        topic: 'mail.received',
        id: '1',
        source: 'imap',
        payload: { to: 'ada' },
      }),
  },
  {
    name: 'orderers',
    pipeline: { steps: [{ id: 'mail', wait: { event: 'mail.*', timeout: '1h' } }, call('a')] },
    during: (hub) =>
      hub.engine.deliver({
        org: 'local',
        topic: 'mail.received',
        id: '1',
        source: 'imap',
        payload: { to: 'ada' },
        orderers: [{ kind: 'user', id: 'eve' }],
      }),
  },
  {
    name: 'retries',
    pipeline: {
      steps: [{ id: 'flaky', uses: 'flaky', max_retries: 1, retry: { strategy: 'fixed', base_s: 1 } }],
    },
  },
  {
    name: 'next-attempt',
    pipeline: { steps: [call('a'), { id: 'flaky', uses: 'flaky', max_retries: 0 }] },
    maxRetries: 1,
  },
  {
    name: 'ended-before-attempt',
    pipeline: { steps: [{ id: 'broken', uses: 'broken', max_retries: 0 }], finally: [call('d')] },
    maxRetries: 1,
    during: (hub, run) => hub.engine.cancel('local', run, { reason: 'not needed' }),
  },
  {
    name: 'undone',
    pipeline: {
      steps: [
        call('a', { compensate: { uses: 'mark', with: { text: 'undone' } } }),
        { id: 'b', uses: 'broken' },
      ],
      on_failure: [call('c')],
      finally: [call('d')],
    },
  },
  {
    name: 'refused',
    pipeline: {
      steps: [
        call('a', {
          validate: { type: 'object', required: ['text', 'id'] },
          compensate: { uses: 'mark', with: { text: 'undone' } },
        }),
      ],
      finally: [call('d'), { id: 'nap', sleep: 1 }],
    },
  },
  {
    name: 'many',
    pipeline: {
      steps: [
        { id: 'each', foreach: { in: '${params.list}', max_parallel: 3 }, steps: [call('one')] },
        { id: 'both', parallel: { branches: [[call('left')], [call('right')]] } },
      ],
    },
    params: { list: [1, 2, 3, 4, 5, 6, 7] },
  },
  {
    name: 'canceled',
    pipeline: { steps: [{ id: 'ask', approve: { message: 'Really?' } }], finally: [call('d')] },
    during: (hub, run) => hub.engine.cancel('local', run, { reason: 'not needed' }),
  },
  {
    name: 'stopped',
    pipeline: {
      steps: [
        call('a', { compensate: { uses: 'mark', with: { text: 'undone' } } }),
        { id: 'ask', approve: { message: 'Really?' } },
      ],
      finally: [call('d'), { id: 'nap', sleep: 1 }],
    },
    during: (hub, run) => hub.engine.cancel('local', run, { reason: 'not needed' }),
  },
  { name: 'zone', pipeline: { steps: [{ id: 'day', output: '${now+1d}' }, call('a')] } },
];
