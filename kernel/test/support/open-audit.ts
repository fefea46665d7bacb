import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Log, silentLog } from '@signalbox/sdk';
import type { Database } from '@signalbox/store';
import { openSqliteStore, type SqliteStore } from '@signalbox/store-sqlite';
import { FakeClock } from '@signalbox/testkit';
import { AuditLog, type AuditParts } from '../../src/audit/audit-log.ts';
import type { AuditDraft } from '../../src/audit/audit-tables.ts';
import { type NodeKey, openNodeKey } from '../../src/audit/node-key.ts';

/** A folder with a store, for audits that come and go. */
export interface AuditPlace extends AsyncDisposable {
  readonly folder: string;
  readonly store: SqliteStore;
  readonly key: NodeKey;
  readonly clock: FakeClock;
  /** An audit on the store, or on what stands in front of it. */
  readonly open: (settings?: Partial<AuditParts['settings']>, database?: Database) => Promise<AuditLog>;
}

/** Makes one. */
export async function makeAuditPlace(log: Log = silentLog): Promise<AuditPlace> {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-audit-'));
  const store = await openSqliteStore({ path: join(folder, 'signalbox.db') });
  const key = openNodeKey(folder);
  const clock = new FakeClock();
  return {
    folder,
    store,
    key,
    clock,
    open: async (settings = {}, database = store.database) => {
      const audit = new AuditLog({
        settings: { intents: 'durable', keepDays: 90, flushMs: 0, maxPending: 1_000, ...settings },
        dataDir: folder,
        key,
        clock,
        log,
        hasStore: true,
      });
      await audit.open(database);
      return audit;
    },
    [Symbol.asyncDispose]: async () => {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A draft of a call, all fields filled. */
export function makeDraft(id: string, changes: Partial<AuditDraft> = {}): AuditDraft {
  return {
    v: 1,
    org: 'local',
    id,
    at: 1_750_000_000_000,
    phase: 'whole',
    call_id: `call-${id}`,
    actor_type: 'user',
    actor: 'ada',
    level: 'trusted',
    on_behalf_of: '[{"type":"user","id":"bob","level":"trusted"}]',
    client: 'claude',
    client_version: '1.2',
    client_id: 'app',
    auth_method: 'access-token',
    credential_id: 'jti-hash',
    amr: 'pwd hwk',
    interface: 'http',
    address: '192.0.2.7',
    action: 'call',
    kind: 'tool',
    target: 'a__t',
    view: 'all',
    via: 'call_tool',
    upstream: 'a',
    original_name: 't',
    definition_hash: 'definition',
    args_hash: 'arguments',
    args: '{"x":1}',
    effect: 'allow',
    reason: 'allowed',
    policy_version: 'p1',
    rules: '["r1","r2"]',
    approval_id: 'approval',
    outcome: 'ok',
    code: 'none',
    bytes_in: 7,
    bytes_out: 9,
    duration_us: 1_500,
    trace_id: 'ab'.repeat(16),
    span_id: 'cd'.repeat(8),
    ...changes,
  };
}
