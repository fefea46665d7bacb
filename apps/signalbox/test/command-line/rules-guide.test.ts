import { readFileSync } from 'node:fs';
import { decide, firstRule, Policy, ruleDefinition } from '@signalbox/policy';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const guide = readFileSync(
  new URL('../../../../docs/guides/rules-and-approvals.md', import.meta.url),
  'utf8',
);
const files = [...guide.matchAll(/```yml\n([\s\S]*?)```/g)].map(([, text = '']) =>
  z.array(ruleDefinition).parse(parse(text)),
);

test.each([
  ['on a Tuesday at ten', '2026-06-02T10:00+03:00', 'allow'],
  ['on a Tuesday at nine', '2026-06-02T09:00+03:00', 'allow'],
  ['on a Tuesday at six in the evening', '2026-06-02T18:00+03:00', 'deny'],
  ['on a Tuesday night', '2026-06-02T03:00+03:00', 'deny'],
  ['on a Saturday at ten', '2026-06-06T10:00+03:00', 'deny'],
])('the rules of the guide allow a deployment in office hours only: %s', (_when, time, effect) => {
  const policy = new Policy({ version: 'guide', rules: [firstRule, ...(files[1] ?? [])] });
  const decision = decide(policy, {
    principal: { kind: 'user', id: 'ada', org: 'local', level: 'trusted', roles: ['member'] },
    interface: { name: 'http', level: 'trusted' },
    target: { kind: 'tool', source: 'ci', name: 'deploy', minLevel: 'trusted' },
    args: () => ({}),
    atMs: Date.parse(time),
  });
  expect(decision.effect).toBe(effect);
});

test.each([
  ['resource', 'file:///secret/a', 'deny'],
  ['resource', 'file:///secret/deep/a', 'deny'],
  ['resource', 'file:///pub/a', 'allow'],
  ['resource', 'file:///Secret/a', 'allow'],
  ['tool', 'file:///secret/a', 'allow'],
] as const)('the rules of the guide keep secrets from people: the %s %s', (kind, name, effect) => {
  const policy = new Policy({ version: 'guide', rules: [firstRule, ...(files[2] ?? [])] });
  const decision = decide(policy, {
    principal: { kind: 'user', id: 'ada', org: 'local', level: 'trusted', roles: ['member'] },
    interface: { name: 'http', level: 'trusted' },
    target: { kind, source: 'files', name, minLevel: 'trusted' },
    args: () => ({ uri: name }),
    atMs: 0,
  });
  expect(decision.effect).toBe(effect);
});
