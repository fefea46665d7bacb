import {
  addOrganization,
  addPerson,
  changePerson,
  getWebhook,
  listDeliveries,
  listWebhooks,
  removeOrganization,
  webhookBody,
} from '@signalbox/api';
import { directory, type Viewer } from '@signalbox/sdk';
import { expect, test } from 'vitest';
import { mayManage } from '../src/access.ts';
import { addWebhook } from '../src/operations/add-webhook.ts';
import { openWebhook } from '../src/operations/open-webhook.ts';
import { startReceiver } from './support/start-receiver.ts';
import { owner, startWebhookHub, type WebhookHub } from './support/start-webhook-hub.ts';

/** Adds somebody, and gives them as who has signed in. */
async function person({ api, test: { hub } }: WebhookHub, login: string, roles: string[], org = 'local') {
  const { id } = await api.request(addPerson, { query: { org }, body: { login, roles } });
  const credential = { kind: 'session', id: `session of ${id}` } as const;
  const principal = await hub.services.get(directory).principalOf({ kind: 'user', id, org }, { credential });
  if (!principal) throw new TypeError('nobody is there');
  return { principal, interface: { name: 'api', level: 'anchor' } } satisfies Viewer;
}

const incoming = (name: string) => webhookBody.parse({ direction: 'in', name, topic: 'orders' });
const outgoing = (name: string, url: string, on: string[]) =>
  webhookBody.parse({ direction: 'out', name, url, on });
const task = {
  title: 'look',
  schedule_kind: 'once',
  schedule_expr: '2030-01-01T00:00:00Z',
  payload: { pipeline: [{ id: 'one', uses: 'look', with: { at: 'x' } }] },
} as const;

test.each<[string, string[], readonly string[]]>([
  ['a viewer', ['viewer'], []],
  ['a member', ['member'], ['in']],
  ['a developer', ['developer'], ['in', 'out']],
  ['an administrator', ['admin'], ['in', 'out', 'events']],
])('%s makes what their rights allow', async (_who, roles, allowed) => {
  await using hub = await startWebhookHub();
  const viewer = await person(hub, 'somebody', roles);
  const wishes = {
    in: incoming('in'),
    out: outgoing('out', 'https://example.com/', ['run.failed']),
    events: outgoing('events', 'https://example.com/', ['event:*']),
  };
  const made: string[] = [];
  for (const [name, wish] of Object.entries(wishes))
    await addWebhook(hub.core, viewer, wish).then(
      () => made.push(name),
      (error: unknown) => expect(error).toMatchObject({ code: 'forbidden' }),
    );
  expect(made).toEqual(allowed);
});

test('webhooks of others are not there but for who administers, and never for another organization', async () => {
  await using hub = await startWebhookHub();
  const [ann, bob] = [await person(hub, 'ann', ['developer']), await person(hub, 'bob', ['developer'])];
  const { webhook } = await addWebhook(hub.core, ann, incoming('orders'));
  await expect(openWebhook(hub.core, bob, 'orders')).rejects.toMatchObject({ code: 'not_found' });
  expect(mayManage(hub.core, ann, webhook)).toBe(true);
  expect(await hub.api.request(getWebhook, { params: { webhook: 'orders' } })).toMatchObject({
    created_by: { kind: 'user', id: ann.principal.id },
  });
  await hub.api.request(addOrganization, { body: { id: 'acme', name: 'Acme' } });
  const carl = await person(hub, 'carl', ['admin'], 'acme');
  await expect(openWebhook(hub.core, carl, webhook.row.id)).rejects.toMatchObject({ code: 'not_found' });
});

test('who does not administer is told of what they may change alone', async () => {
  await using receiver = await startReceiver();
  await using hub = await startWebhookHub({ settings: { allowPrivate: [receiver.host] } });
  const ann = await person(hub, 'ann', ['developer']);
  await addWebhook(hub.core, ann, outgoing('mine', receiver.url, ['task.paused', 'run.succeeded']));
  const mine = await hub.tasks.create(ann, task);
  const other = await hub.tasks.create(owner, { ...task, title: 'other' });
  await hub.tasks.pause(owner, other.id, 'not hers');
  await hub.tasks.pause(ann, mine.id);
  await hub.settle();
  expect(receiver.got.map(({ body }) => body.data['id'])).toEqual([mine.id]);
  const { items } = await hub.api.request(listDeliveries, { params: { webhook: 'mine' }, query: {} });
  expect(items).toHaveLength(1);
});

test('an organization with much to tell does not keep others from telling', async () => {
  await using slow = await startReceiver();
  await using quick = await startReceiver();
  await using hub = await startWebhookHub({
    settings: { allowPrivate: [slow.host, quick.host], maxAtOnce: 4 },
  });
  await hub.api.request(addOrganization, { body: { id: 'acme', name: 'Acme' } });
  const carl = await person(hub, 'carl', ['admin'], 'acme');
  const held: (() => void)[] = [];
  const full = Promise.withResolvers<void>();
  slow.answer = (response) => {
    held.push(() => response.writeHead(204).end());
    if (held.length === 4) full.resolve();
  };
  await addWebhook(hub.core, carl, outgoing('slow', slow.url, ['event:many']));
  for (let count = 0; count < 8; count++) await hub.tasks.publishEvent(carl, { topic: 'many' });
  await full.promise;
  await addWebhook(hub.core, owner, outgoing('quick', quick.url, ['event:one']));
  const told = Promise.withResolvers<void>();
  quick.answer = (response) => {
    response.writeHead(204).end();
    told.resolve();
  };
  await hub.tasks.publishEvent(owner, { topic: 'one' });
  held[0]?.();
  await told.promise;
  slow.answer = (response) => void response.writeHead(204).end();
  const settled = hub.settle();
  for (const end of held.slice(1)) end();
  await settled;
  expect(slow.got).toHaveLength(8);
});

test('when who made a webhook is shut out, nothing comes in or goes out for them any more', async () => {
  await using receiver = await startReceiver();
  await using hub = await startWebhookHub({ settings: { allowPrivate: [receiver.host] } });
  const ann = await person(hub, 'ann', ['admin']);
  await addWebhook(hub.core, ann, outgoing('out', receiver.url, ['event:*']));
  await hub.api.request(changePerson, { params: { person: 'ann' }, query: {}, body: { isActive: false } });
  await hub.tasks.publishEvent(owner, { topic: 'orders' });
  await hub.settle();
  expect(receiver.got).toEqual([]);
  expect(await hub.api.request(getWebhook, { params: { webhook: 'out' } })).toMatchObject({
    status: 'disabled',
    status_reason: 'whoever made it is not there, or not active, any more',
  });
});

test('a name is taken once, there are no more webhooks than the settings say, and a secret is long enough', async () => {
  await using hub = await startWebhookHub({ settings: { maxWebhooks: 2 } });
  const body = { direction: 'in' as const, topic: 'orders' };
  await hub.add({ ...body, name: 'one' });
  await expect(hub.add({ ...body, name: 'one' })).rejects.toMatchObject({ code: 'conflict' });
  await expect(
    hub.add({ ...body, name: 'two', secret: 'not base64 at all, but long' }),
  ).rejects.toMatchObject({
    code: 'invalid_params',
  });
  // Ids of one moment have no order.
  hub.clock.advance(1);
  await hub.add({ ...body, name: 'two' });
  await expect(hub.add({ ...body, name: 'three' })).rejects.toMatchObject({ code: 'too_large' });
  const page = await hub.api.request(listWebhooks, { query: { limit: 1 } });
  const rest = await hub.api.request(listWebhooks, { query: { limit: 1, before: page.nextCursor ?? '' } });
  expect([...page.items, ...rest.items].map(({ name }) => name)).toEqual(['two', 'one']);
});

test('of an organization that is removed, no webhook is left', async () => {
  await using hub = await startWebhookHub();
  await hub.api.request(addOrganization, { body: { id: 'acme', name: 'Acme' } });
  const carl = await person(hub, 'carl', ['admin'], 'acme');
  const { webhook } = await addWebhook(hub.core, carl, incoming('orders'));
  await hub.api.request(removeOrganization, { params: { org: 'acme' } });
  await expect
    .poll(() => hub.core.webhooks.findAnywhere(webhook.row.id), { timeout: 30_000 })
    .toBeUndefined();
});
