import type { AuditEvent, AuditRecorder } from '@signalbox/sdk';
import type { AccountKey } from './account-key.ts';

/** Who does something to an account, and from where. */
export type AccountActor = Pick<AuditEvent, 'actor' | 'interface' | 'address'>;

/** What the hub does by itself. */
export const byHub: AccountActor = {
  actor: { type: 'extension', id: 'credentials' },
  interface: 'hub',
};

/** Tells the audit of accounts at upstreams: whose, at which. */
export class AccountTrail {
  readonly #recorder: AuditRecorder;

  constructor(recorder: AuditRecorder) {
    this.#recorder = recorder;
  }

  /** Connects an account, when that is written down. Errors: `audit_unavailable`, those of the action. */
  connect<Result>(
    { key, scopes }: { readonly key: AccountKey; readonly scopes: readonly string[] },
    by: AccountActor,
    action: () => Promise<Result>,
  ): Promise<Result> {
    const details = { scopes: [...scopes] };
    return this.#recorder.perform({ ...eventOf(key, by), action: 'connect', details }, action);
  }

  /** An account was forgotten here. */
  disconnected(key: AccountKey, by: AccountActor, reason: string): void {
    this.#recorder.note({ ...eventOf(key, by), action: 'disconnect', reason }, { outcome: 'ok' });
  }

  /** What an account had is of no use any more: its person has to connect it again. */
  expired(key: AccountKey): void {
    this.#recorder.note(
      { ...eventOf(key, byHub), action: 'expire', reason: 'needs-reconnect' },
      { outcome: 'ok' },
    );
  }
}

function eventOf({ org, upstream, subject }: AccountKey, by: AccountActor) {
  return {
    kind: 'account',
    orgs: [org],
    target: subject === '' ? 'organization' : subject,
    upstream,
    ...by,
  } as const;
}
