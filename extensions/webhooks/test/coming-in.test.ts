import { createHmac } from 'node:crypto';
import {
  changeWebhook,
  getWebhook,
  listWebhooks,
  removeWebhook,
  rotateWebhook,
  testWebhook,
} from '@signalbox/api';
import { auditReader, isJsonObject, type JsonObject } from '@signalbox/sdk';
import { describe, expect, test } from 'vitest';
import { keyOf } from '../src/secrets.ts';
import { standardHeaders } from '../src/standard-signature.ts';
import { noon, owner, startWebhookHub, type WebhookHub } from './support/start-webhook-hub.ts';
import { describeStores } from './support/test-stores.ts';

const answerOf = (value: unknown): JsonObject => (isJsonObject(value) ? value : {});

interface Post {
  readonly id: string;
  readonly secret: string;
  readonly body?: string;
  readonly message?: string;
  readonly headers?: { readonly [name: string]: string };
  readonly atMs?: number;
}

/** Sends a request as a sender of Standard Webhooks would. */
async function post({ test: { url } }: WebhookHub, given: Post) {
  const {
    id,
    secret,
    body = '{"type":"order.created","n":1}',
    message = 'msg_1',
    headers,
    atMs = noon,
  } = given;
  const signed = standardHeaders([keyOf(secret, 'standard')], message, atMs, Buffer.from(body));
  const response = await fetch(`${url}/hooks/${id}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...signed, ...headers },
    body,
  });
  return { status: response.status, headers: response.headers, body: answerOf(await response.json()) };
}

const events = async (hub: WebhookHub) =>
  (await hub.tasks.events(owner)).map(({ topic, event_id, source, payload }) => ({
    topic,
    event_id,
    source,
    payload,
  }));

describeStores((makeStore) => {
  test('a signed request is an event of its topic, once, and a task on it is run', async () => {
    await using store = makeStore();
    await using hub = await startWebhookHub({ store });
    const task = await hub.make({ schedule_kind: 'event', schedule_expr: 'orders.*' });
    const { webhook, secret } = await hub.add({ direction: 'in', name: 'orders', topic: 'orders.made' });
    const first = await post(hub, { id: webhook.id, secret });
    expect(first).toMatchObject({ status: 202, body: { event_id: 'msg_1', is_new: true } });
    const again = await post(hub, { id: webhook.id, secret });
    expect(again).toMatchObject({ status: 202, body: { id: first.body.id, is_new: false } });
    expect(await events(hub)).toEqual([
      {
        topic: 'orders.made',
        event_id: 'msg_1',
        source: `webhook ${webhook.id}`,
        payload: { type: 'order.created', n: 1 },
      },
    ]);
    expect(await hub.tasks.occurrences(owner, task.id)).toMatchObject([
      { trigger: 'event', status: 'fired' },
    ]);
  });
});

test('what is wrong is answered alike, whether there is such a webhook or not, and stands in the audit', async () => {
  await using hub = await startWebhookHub();
  const { webhook, secret } = await hub.add({ direction: 'in', name: 'orders', topic: 'orders' });
  const { webhook: gone, secret: goneSecret } = await hub.add({
    direction: 'in',
    name: 'gone',
    topic: 'orders',
  });
  const { webhook: shut, secret: shutSecret } = await hub.add({
    direction: 'in',
    name: 'shut',
    topic: 'orders',
  });
  const { webhook: out } = await hub.add({
    direction: 'out',
    name: 'out',
    url: 'https://example.com/',
    on: ['run.failed'],
  });
  await hub.api.request(removeWebhook, { params: { webhook: 'gone' } });
  await hub.api.request(changeWebhook, { params: { webhook: 'shut' }, body: { status: 'disabled' } });
  const other = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const answers = [
    await post(hub, { id: webhook.id, secret: other }),
    await post(hub, { id: webhook.id, secret, atMs: noon - 301_000 }),
    await post(hub, { id: webhook.id, secret, headers: { 'webhook-id': '' } }),
    await post(hub, { id: 'nothing', secret }),
    await post(hub, { id: `${webhook.id}/x`, secret }),
    await post(hub, { id: gone.id, secret: goneSecret }),
    await post(hub, { id: shut.id, secret: shutSecret }),
    await post(hub, { id: out.id, secret }),
  ];
  const seen = answers.map(({ status, body, headers }) => ({
    status,
    body,
    names: [...headers.keys()].toSorted(),
  }));
  expect(new Set(seen.map((each) => JSON.stringify(each))).size).toBe(1);
  expect(seen[0]).toMatchObject({ status: 401, body: { error: { code: 'unauthenticated' } } });
  expect(await events(hub)).toEqual([]);
  const entries = await hub.test.hub.services.get(auditReader).query({ org: 'local', limit: 100 });
  const refused = entries.filter(({ action }) => action === 'refuse');
  expect(refused.map(({ target, decision }) => `${target.name} ${decision?.reason}`).toSorted()).toEqual(
    [
      `${shut.id} disabled`,
      `${webhook.id} no-signature`,
      `${webhook.id} stale`,
      `${webhook.id} wrong-signature`,
      'unknown unknown',
    ].toSorted(),
  );
});

test('no secret is in what is logged, kept, listed or told', async () => {
  await using hub = await startWebhookHub();
  const { webhook, secret } = await hub.add({ direction: 'in', name: 'orders', topic: 'orders' });
  await post(hub, { id: webhook.id, secret });
  const shown = JSON.stringify([
    await hub.api.request(listWebhooks, { query: {} }),
    await hub.api.request(getWebhook, { params: { webhook: 'orders' } }),
    await hub.core.webhooks.find('local', 'orders'),
    hub.test.logged(),
    await hub.test.hub.services.get(auditReader).query({ org: 'local', limit: 100 }),
  ]);
  expect(shown).not.toContain(secret);
  expect(shown).not.toContain(secret.slice('whsec_'.length));
});

test('after a rotation both secrets are good until the old one has ended', async () => {
  await using hub = await startWebhookHub();
  const { webhook, secret: old } = await hub.add({ direction: 'in', name: 'orders', topic: 'orders' });
  const rotated = await hub.api.request(rotateWebhook, {
    params: { webhook: 'orders' },
    body: { overlap_seconds: 60 },
  });
  const statuses = async (atMs: number) => [
    (await post(hub, { id: webhook.id, secret: old, message: `old-${atMs}`, atMs })).status,
    (await post(hub, { id: webhook.id, secret: rotated.secret, message: `new-${atMs}`, atMs })).status,
  ];
  expect(await statuses(noon)).toEqual([202, 202]);
  hub.clock.advance(60_000);
  expect(await statuses(noon + 60_000)).toEqual([401, 202]);
});

test('requests are bounded in size, kind, depth and number', async () => {
  await using hub = await startWebhookHub({ settings: { maxBodyBytes: 2_000, perMinute: 3 } });
  const { webhook, secret } = await hub.add({ direction: 'in', name: 'orders', topic: 'orders' });
  const given = { id: webhook.id, secret };
  expect(await post(hub, { ...given, body: `"${'x'.repeat(2_000)}"` })).toMatchObject({ status: 413 });
  expect(await post(hub, { ...given, headers: { 'content-type': 'text/plain' } })).toMatchObject({
    status: 415,
  });
  const get = await fetch(`${hub.test.url}/hooks/${webhook.id}`);
  expect(get.status).toBe(405);
  const deep = '['.repeat(70) + ']'.repeat(70);
  expect(await post(hub, { ...given, message: 'a', body: deep })).toMatchObject({ status: 413 });
  expect(await post(hub, { ...given, message: 'b', body: 'no json' })).toMatchObject({ status: 400 });
  expect(await post(hub, { ...given, message: 'c' })).toMatchObject({ status: 202 });
  const busy = await post(hub, { ...given, message: 'd' });
  expect([busy.status, busy.headers.get('retry-after')]).toEqual([429, '20']);
  hub.clock.advance(20_000);
  expect(await post(hub, { ...given, message: 'd', atMs: noon + 20_000 })).toMatchObject({ status: 202 });
});

test('requests are held against the names the hub has, as all others', async () => {
  await using hub = await startWebhookHub();
  const response = await fetch(`${hub.test.url}/hooks/x`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: 'https://evil.example' },
    body: '{}',
  });
  expect(response.status).toBe(403);
  expect(response.headers.get('access-control-allow-origin')).toBeNull();
});

describe('a request of', () => {
  const hex = (secret: string, ...parts: readonly string[]): string =>
    createHmac('sha256', secret).update(parts.join('')).digest('hex');
  const secret = 'a secret the sender has chosen';
  const send = async (
    { test: { url } }: WebhookHub,
    id: string,
    body: string,
    headers: Record<string, string>,
  ) => {
    const response = await fetch(`${url}/hooks/${id}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    return { status: response.status, body: await response.json() };
  };

  test('GitHub is an event named by its body, under a topic of what has happened', async () => {
    await using hub = await startWebhookHub();
    const { webhook } = await hub.add({
      direction: 'in',
      name: 'hub',
      scheme: 'github',
      topic: 'github.{event}',
      secret,
    });
    const body = JSON.stringify({ action: 'opened' });
    const form = `payload=${encodeURIComponent(body)}`;
    const headers = (text: string, delivery: string) => ({
      'x-github-event': 'pull_request',
      'x-github-delivery': delivery,
      'x-hub-signature-256': `sha256=${hex(secret, text)}`,
    });
    expect(await send(hub, webhook.id, body, headers(body, 'one'))).toMatchObject({ body: { is_new: true } });
    // Who has seen a request may send it again under another name: it is the same.
    expect(await send(hub, webhook.id, body, headers(body, 'two'))).toMatchObject({
      body: { is_new: false },
    });
    const asForm = { ...headers(form, 'three'), 'content-type': 'application/x-www-form-urlencoded' };
    expect(await send(hub, webhook.id, form, asForm)).toMatchObject({ status: 202 });
    expect(await events(hub)).toMatchObject([
      { topic: 'github.pull_request', payload: { action: 'opened' } },
      { topic: 'github.pull_request', payload: { action: 'opened' } },
    ]);
  });

  test('Slack is answered its challenge, and its events are named by their ids', async () => {
    await using hub = await startWebhookHub();
    const { webhook } = await hub.add({
      direction: 'in',
      name: 's',
      scheme: 'slack',
      topic: 'slack.{event}',
      secret,
    });
    const signed = (body: string, seconds: number) => ({
      'x-slack-request-timestamp': String(seconds),
      'x-slack-signature': `v0=${hex(secret, `v0:${seconds}:`, body)}`,
    });
    const seconds = noon / 1_000;
    const question = JSON.stringify({ type: 'url_verification', challenge: 'abc' });
    expect(await send(hub, webhook.id, question, signed(question, seconds))).toEqual({
      status: 200,
      body: { challenge: 'abc' },
    });
    const body = JSON.stringify({ type: 'event_callback', event_id: 'Ev1', event: { type: 'app_mention' } });
    expect(await send(hub, webhook.id, body, signed(body, seconds))).toMatchObject({
      body: { is_new: true },
    });
    expect(await send(hub, webhook.id, body, signed(body, seconds + 9))).toMatchObject({
      body: { is_new: false },
    });
    expect(await events(hub)).toMatchObject([{ topic: 'slack.app_mention', event_id: 'Ev1' }]);
  });

  test('Stripe is an event named by its id', async () => {
    await using hub = await startWebhookHub();
    const { webhook } = await hub.add({
      direction: 'in',
      name: 's',
      scheme: 'stripe',
      topic: 'stripe.{event}',
      secret,
    });
    const body = JSON.stringify({ id: 'evt_1', type: 'invoice.paid' });
    const seconds = noon / 1_000;
    const signature = `t=${seconds},v1=${hex('an older secret', `${seconds}.`, body)},v1=${hex(secret, `${seconds}.`, body)},v0=00`;
    expect(await send(hub, webhook.id, body, { 'stripe-signature': signature })).toMatchObject({
      status: 202,
    });
    expect(await events(hub)).toMatchObject([{ topic: 'stripe.invoice.paid', event_id: 'evt_1' }]);
  });
});

test('a try tells an event as its sender would', async () => {
  await using hub = await startWebhookHub();
  for (const scheme of ['standard', 'github', 'slack', 'stripe'] as const) {
    await hub.add({ direction: 'in', name: scheme, scheme, topic: `${scheme}.{event}` });
    const { event } = await hub.api.request(testWebhook, { params: { webhook: scheme }, body: {} });
    expect(event?.topic).toBe(scheme === 'github' ? 'github.ping' : `${scheme}.webhook.test`);
  }
  expect(await events(hub)).toHaveLength(4);
});

test('an event is answered for only when it is kept: what the store refuses is to be sent again', async () => {
  await using hub = await startWebhookHub();
  const { webhook, secret } = await hub.add({ direction: 'in', name: 'orders', topic: 'orders' });
  const { scheduler } = hub.core;
  const tasks = scheduler();
  Object.assign(hub.core, { scheduler: () => undefined });
  expect(await post(hub, { id: webhook.id, secret })).toMatchObject({ status: 503 });
  Object.assign(hub.core, { scheduler: () => tasks });
  expect(await post(hub, { id: webhook.id, secret })).toMatchObject({ status: 202, body: { is_new: true } });
});
