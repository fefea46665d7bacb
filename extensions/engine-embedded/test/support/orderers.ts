import type { JsonObject, Orderer, RunEvent, Viewer } from '@signalbox/sdk';
import { expect } from 'vitest';
import { theOther } from './child-tasks.ts';
import type { EngineHub } from './engine-hub.ts';
import type { FourEyes } from './four-eyes.ts';

/** Who has a run of somebody else go on. */
export const eve: Orderer = { kind: 'user', id: 'eve' };

/** Somebody who may answer calls. */
export const as = ({ kind, id }: Orderer): Viewer => ({
  principal: { kind, id, org: 'local', level: 'trusted', roles: ['operator'] },
  interface: { name: 'api', level: 'anchor' },
});

/** A step that needs an approval. */
export const write = { id: 'write', uses: 'write', retry: { max: 0 } };
/** A step that waits for mail to ada. */
export const wait = { id: 'mail', wait: { event: 'mail.*', match: "event.payload.to == 'ada'" } };

/** That there is mail. */
export const mail = (id: string, to: string, orderers: readonly Orderer[]): RunEvent => ({
  org: 'local',
  topic: 'mail.received',
  id,
  source: 'imap',
  payload: { to },
  orderers,
});

/** Holds that the call that waits is not for somebody to approve, and gives its id. */
export async function refusedTo(eyes: FourEyes, who: Orderer): Promise<string> {
  const [call] = await eyes.waiting();
  const id = call?.id ?? '';
  expect(await eyes.answers().listFor(as(who), 10)).toEqual([]);
  await expect(eyes.answers().answerFor(as(who), id, { isApproved: true })).rejects.toMatchObject({
    code: 'forbidden',
  });
  return id;
}

/** A way to have a run go on that has a call to be approved after that. */
export interface Way {
  readonly pipeline: readonly JsonObject[];
  /** Lets eve do it. `restart` ends the hub and gives the one the run goes on in. */
  readonly order: (
    hub: EngineHub,
    run: string,
    others: { readonly eyes: FourEyes; readonly restart: () => Promise<EngineHub> },
  ) => Promise<void>;
}

const ask = { id: 'ask', approve: { message: 'To whom?' } };

/** All there are. A step that calls a task waits for mail. */
export const ways: readonly [string, Way][] = [
  [
    'tells the event a step of it waits for',
    {
      pipeline: [wait, write],
      order: async (hub, run) => {
        await hub.reached(run, 'waiting');
        await hub.engine.deliver(mail('1', 'ada', [eve]));
      },
    },
  ],
  [
    'tells the event a run waits for that a step of it has ordered',
    {
      pipeline: [{ id: 'child', call: 'reads mail' }, write],
      order: async (hub, run) => {
        await hub.reached(await theOther(hub, run), 'waiting');
        await hub.engine.deliver(mail('1', 'ada', [eve]));
      },
    },
  ],
  [
    'has a call made again of which nobody knows how it ended',
    {
      pipeline: [{ ...write, on_unknown: 'ask' }],
      order: async (hub, run, { eyes, restart }) => {
        await eyes.approve();
        await expect.poll(() => hub.called.length).toBe(1);
        const next = await restart();
        await expect.poll(async () => (await next.engine.find('local', run))?.questions).toHaveLength(1);
        const answer = { run, path: 'write', isApproved: true, by: 'user eve', orderers: [eve] };
        await next.engine.answer('local', answer);
      },
    },
  ],
  [
    'says with an answer what is done',
    {
      pipeline: [ask, write],
      order: async (hub, run) => {
        await hub.reached(run, 'waiting');
        const answer = { run, path: 'ask', isApproved: true, answer: 'ada', by: 'user eve', orderers: [eve] };
        await hub.engine.answer('local', answer);
      },
    },
  ],
  [
    'has it tried again',
    {
      pipeline: [write],
      order: async (hub, run, { eyes }) => {
        await eyes.approve(false);
        await hub.ended(run);
        await hub.engine.retry('local', run, { orderers: [eve] });
      },
    },
  ],
];
