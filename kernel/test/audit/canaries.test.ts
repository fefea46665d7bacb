import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AuditExportLine, auditReader, type JsonObject, SignalboxError } from '@signalbox/sdk';
import storeSqlite from '@signalbox/store-sqlite';
import { startTestHub } from '@signalbox/testkit';
import { expect, test } from 'vitest';
import { tools } from '../support/make-catalog.ts';
import { approvalKeeper, policyKeeper } from '../support/policies.ts';
import { makeProbe, text } from '../support/probe.ts';

const secrets = Array.from(
  { length: 50 },
  (_, index) => `canary-${String(index).padStart(2, '0')}-${'q7Zk'.repeat(4)}`,
);
const user = { kind: 'user', id: 'ada', org: 'local', level: 'trusted', roles: ['member'] } as const;

async function exportOf(reader: {
  exportLines: (selection: { org: string }) => AsyncIterable<AuditExportLine>;
}) {
  const lines: AuditExportLine[] = [];
  for await (const line of reader.exportLines({ org: 'local' })) lines.push(line);
  return lines;
}

test('T20: no secret of the hub comes into the audit by arguments, names, clients or errors', async () => {
  const probe = makeProbe();
  const policies = policyKeeper();
  const env = Object.fromEntries(secrets.map((secret, index) => [`CANARY_${index}`, secret]));
  const hub = await startTestHub({
    extensions: [storeSqlite, probe.extension, policies.extension],
    env,
    settings: { http: { port: 0, allowedHosts: secrets.map((_, index) => `\${env:CANARY_${index}}`) } },
  });
  policies.lay({ effect: 'allow', obligations: { recordArguments: true } });
  probe.open('a', tools('t', 'fails', ...secrets.slice(0, 5)), ({ originalName, request }) => {
    if (originalName === 'fails')
      throw new SignalboxError('upstream_refused', JSON.stringify(request.params));
    return text('ok');
  });
  for (const secret of secrets) {
    const args: JsonObject = { plain: secret, [secret]: 1, deep: [{ header: `Bearer ${secret}` }] };
    const client = { name: `client ${secret}`, version: secret };
    for (const target of ['a__t', 'a__fails', `a__${secret}`])
      await hub
        .call('tool', target, { arguments: args }, { principal: { ...user, id: `ada ${secret}` }, client })
        .catch(() => undefined);
  }
  const lines = await exportOf(hub.hub.services.get(auditReader));
  const recorded = lines.filter((line) => line.type === 'entry' && line.args !== undefined);
  expect(recorded.length).toBeGreaterThanOrEqual(200);
  const written = [
    JSON.stringify(lines),
    ...readdirSync(hub.dataDir)
      .filter((name) => name.startsWith('signalbox.db'))
      .map((name) => readFileSync(join(hub.dataDir, name), 'latin1')),
  ];
  expect(secrets.filter((secret) => written.some((each) => each.includes(secret)))).toEqual([]);
  await hub.stop();
});

test('an approved call names the approval, and its rules', async () => {
  const probe = makeProbe();
  const policies = policyKeeper();
  const desk = approvalKeeper(async () => ({ approvalId: 'approval-1', approvedBy: 'bob' }));
  const hub = await startTestHub({ extensions: [storeSqlite, probe.extension, policies.extension, desk] });
  policies.lay({ effect: 'approve' });
  probe.open('a', tools('t'), () => text('ok'));
  await hub.call('tool', 'a__t', { arguments: { x: 1 } }, { principal: user });
  const [outcome, intent] = await hub.hub.services.get(auditReader).query({ org: 'local', limit: 9 });
  const decision = { effect: 'approve', reason: 'approval', approvalId: 'approval-1' };
  expect([outcome, intent]).toMatchObject([
    { phase: 'outcome', decision },
    { phase: 'intent', decision },
  ]);
  expect(intent?.decision?.rules).toHaveLength(1);
  expect(intent?.args).toBeUndefined();
  await hub.stop();
});

test('what is written down are the arguments a call was made with, also where a rule has set them', async () => {
  const probe = makeProbe();
  const policies = policyKeeper();
  await using hub = await startTestHub({ extensions: [storeSqlite, probe.extension, policies.extension] });
  policies.lay({ effect: 'allow', obligations: { recordArguments: true, forceArguments: { dry: true } } });
  probe.open(
    'a',
    [
      ...tools('does'),
      { kind: 'tool', name: 'reads', definition: { name: 'reads', annotations: { readOnlyHint: true } } },
    ],
    () => text('ok'),
  );
  for (const target of ['a__does', 'a__reads'])
    await hub.call('tool', target, { arguments: { dry: false, n: 1 } }, { principal: user });
  const lines = await exportOf(hub.hub.services.get(auditReader));
  const args = lines.flatMap((line) => (line.type === 'entry' ? [line.args] : []));
  expect(new Set(args)).toEqual(new Set(['{"dry":true,"n":1}']));
});
