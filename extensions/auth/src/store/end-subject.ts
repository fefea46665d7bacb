import type { Sessions } from '../sessions/sessions.ts';
import { byHub } from '../trail/trail.ts';
import type { AuthStore } from './auth-store.ts';
import type { Grants } from './grants.ts';
import type { Revocations } from './revocations.ts';

/** Ends everything a subject is signed in with: sessions, grants and tokens, and what identity providers said of them. */
export async function endSubject(
  { queries, clock }: AuthStore,
  { grants, sessions, revocations }: { grants: Grants; sessions: Sessions; revocations: Revocations },
  subject: string,
): Promise<void> {
  await queries.deleteFrom('auth_identities').where('person', '=', subject).execute();
  for (const { id } of await sessions.list(subject)) await sessions.end(subject, id, 'subject-ended', byHub);
  for (const { id } of await grants.list(subject)) await grants.revoke(id, 'subject-ended', byHub);
  const rows = await queries
    .selectFrom('auth_tokens')
    .select('jti')
    .where('subject', '=', subject)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', clock.now())
    .limit(10_000)
    .execute();
  await queries
    .updateTable('auth_tokens')
    .set({ revoked_at: clock.now() })
    .where('subject', '=', subject)
    .where('revoked_at', 'is', null)
    .execute();
  for (const { jti } of rows) await revocations.publish({ kind: 'token', value: jti });
}
