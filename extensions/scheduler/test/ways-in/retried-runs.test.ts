import { addPerson, listOccurrences } from '@signalbox/api';
import { type CallRequest, directory, type JsonObject } from '@signalbox/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWayIn, type WayInHub } from '../support/start-way-in.ts';
import { textOf } from '../support/text-of.ts';

let hub: WayInHub;
beforeAll(async () => {
  hub = await startWayIn();
});
afterAll(() => hub[Symbol.asyncDispose]());

async function person(login: string, roles: string[]): Promise<Partial<CallRequest>> {
  const { id } = await hub.api.request(addPerson, { query: {}, body: { login, roles } });
  const principal = await hub.test.hub.services
    .get(directory)
    .principalOf({ kind: 'user', id, org: 'local' }, { credential: { kind: 'session', id: login } });
  if (principal) return { principal, interface: { name: 'http', level: 'trusted' } };
  throw new TypeError('nobody is there');
}

const payload: JsonObject = {
  pipeline: [
    { id: 'first', uses: 'look', with: { at: 'a' } },
    { id: 'risky', uses: 'fragile', max_retries: 0 },
  ],
};

/** The outcome of the only occurrence of a task, once there is another; until a run has ended that is tried again there is none. */
async function outcomeOf(task: string, before?: string): Promise<string> {
  for (;;) {
    const { items } = await hub.api.request(listOccurrences, { params: { task }, query: {} });
    const outcome = items[0]?.outcome;
    if (outcome !== undefined && outcome !== before) return outcome;
  }
}

async function failing(made: JsonObject): Promise<string> {
  hub.probe.isBroken = true;
  const run = textOf(await hub.use('run_task_now', { task: textOf(made, 'id') }), 'run');
  await hub.reached(run, 'failed');
  hub.probe.isBroken = false;
  return run;
}

test('an occurrence ends as its run does, also when that is tried again', async () => {
  const made = await hub.use('create_task', { title: 'follows', schedule_kind: 'manual', payload });
  const run = await failing(made);
  expect(await outcomeOf(textOf(made, 'id'))).toBe('failed');
  hub.probe.isBroken = true;
  await hub.use('retry_run', { run });
  await hub.reached(run, 'failed');
  expect(await outcomeOf(textOf(made, 'id'))).toBe('failed');
  hub.probe.isBroken = false;
  await hub.use('retry_run', { run });
  await hub.reached(run, 'succeeded');
  expect(await outcomeOf(textOf(made, 'id'), 'failed')).toBe('succeeded');
});

test('a run is tried again by whose rights it has, not by who made the task it is of', async () => {
  const ada = await person('ada', ['developer']);
  const bob = await person('bob', ['developer']);
  const made = await hub.use('create_task', { title: 'of ada', schedule_kind: 'manual', payload }, ada);
  // With params of his own it has his rights.
  hub.probe.isBroken = true;
  const args = { task: textOf(made, 'id'), params: {} };
  const run = textOf(await hub.use('run_task_now', args, bob), 'run');
  await hub.reached(run, 'failed');
  hub.probe.isBroken = false;
  expect(await hub.use('get_run', { run })).toMatchObject({ run_as: { id: bob.principal?.id } });
  await expect(hub.use('retry_run', { run }, ada)).rejects.toMatchObject({ code: 'forbidden' });
  await hub.use('retry_run', { run }, bob);
  await hub.reached(run, 'succeeded');
  // What has the rights of the task is hers to try again.
  const own = await failing(made);
  await expect(hub.use('retry_run', { run: own }, bob)).rejects.toMatchObject({ code: 'forbidden' });
  await hub.use('retry_run', { run: own }, ada);
  await hub.reached(own, 'succeeded');
});
