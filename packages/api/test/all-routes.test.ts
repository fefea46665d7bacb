import { expect, test } from 'vitest';
import { z } from 'zod';
import { allRoutes } from '../src/index.ts';

test('ids and addresses are unique, and every braced name has a parameter', () => {
  expect(new Set(allRoutes.map(({ id }) => id)).size).toBe(allRoutes.length);
  expect(new Set(allRoutes.map(({ method, path }) => `${method} ${path}`)).size).toBe(allRoutes.length);
  for (const { path, params } of allRoutes) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect(params instanceof z.ZodObject ? Object.keys(params.shape) : []).toEqual(named);
  }
});

test("everything but calls and one's own things needs a permission", () => {
  const open = allRoutes.filter(({ permission }) => permission === undefined).map(({ id }) => id);
  expect(open).toEqual([
    'getUpstreamAccounts',
    'makeCall',
    'answerAsk',
    'explainDecision',
    'listAwaited',
    'answerAwaited',
    'getMe',
    'setMyPassword',
    'listKeys',
    'addKey',
    'getKey',
    'revokeKey',
  ]);
});

test('what changes anything needs the highest level besides, but for calls, answers, tasks, webhooks and own things', () => {
  const changing = allRoutes.filter(({ method, minLevel }) => method !== 'GET' && minLevel !== 'anchor');
  expect(changing.map(({ id }) => id)).toEqual([
    'connectUpstream',
    'disconnectUpstream',
    'makeCall',
    'answerAsk',
    'explainDecision',
    'approveCall',
    'refuseCall',
    'createTask',
    'changeTask',
    'updateTask',
    'pauseTask',
    'resumeTask',
    'cancelTask',
    'snoozeTask',
    'runTaskNow',
    'backfillTask',
    'previewSchedule',
    'cancelRun',
    'retryRun',
    'answerRun',
    'answerAwaited',
    'tryPipeline',
    'publishEvent',
    'addWebhook',
    'changeWebhook',
    'removeWebhook',
    'rotateWebhook',
    'testWebhook',
    'redeliver',
    'setMyPassword',
    'addKey',
    'revokeKey',
  ]);
});

test('JSON of any depth passes unchanged', () => {
  const body = {
    kind: 'tool',
    target: 'x',
    arguments: { a: [1, null, { b: ['', { c: false }] }], 'd e': -0.5 },
  };
  const route = allRoutes.find(({ id }) => id === 'makeCall');
  expect(route?.body?.parse(body)).toEqual({ ...body, view: 'all', canAsk: false });
  expect(route?.body?.safeParse({ ...body, view: 'endpoint:' }).success).toBe(false);
});
