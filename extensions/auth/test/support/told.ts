import { type AuditEntry, type AuditFilter, auditReader } from '@signalbox/sdk';
import type { TestHub } from '@signalbox/testkit';

/** What the audit of an organization has of sign-in, oldest first; outcomes and whole entries only. */
export async function told(
  { hub }: TestHub,
  { org = 'local', ...filters }: { readonly [filter in AuditFilter | 'org']?: string } = {},
): Promise<readonly AuditEntry[]> {
  const all = await hub.services.get(auditReader).query({ org, limit: 500, ...filters });
  return all.filter(({ phase }) => phase !== 'intent').toReversed();
}

/** The same, a line for each. */
export async function toldLines(...given: Parameters<typeof told>): Promise<readonly string[]> {
  return (await told(...given)).map(({ action, target, auth, outcome, decision }) =>
    [action, target.name, auth?.method, outcome, decision?.reason].filter(Boolean).join(' '),
  );
}
