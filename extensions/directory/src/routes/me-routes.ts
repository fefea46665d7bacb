import { getMe, setMyPassword } from '@signalbox/api';
import { type Principal, type Routes, route, SignalboxError } from '@signalbox/sdk';
import type { DirectoryParts } from '../directory-parts.ts';
import { authorityOf } from '../grant/authority.ts';
import { makeDirectory } from '../make-directory.ts';
import { readNewPassword } from '../password/password-rules.ts';
import { judgePassword } from '../people/judge-password.ts';
import { readPerson } from '../people/read-person.ts';

/** Serves what everybody may know and do of themselves. */
export function provideMeRoutes(routes: Routes, parts: DirectoryParts): void {
  const directory = makeDirectory(parts);
  routes.provide(
    route({
      ...getMe,
      handle: async ({ principal, interface: through }) => {
        const policy = parts.policies.of(principal.org);
        const { level, permitted } = authorityOf(policy, { principal, interface: through });
        const { kind, id, org, roles = [], teams = [], scopes, credential } = principal;
        const person = kind === 'user' ? await directory.findPerson(id) : undefined;
        const memberships = person ? await directory.memberships(id) : [];
        return {
          kind,
          id,
          ...(person ? { login: person.login, name: person.name } : await nameOfService(parts, principal)),
          org,
          level,
          roles: [...roles],
          teams: [...teams],
          permissions: [...permitted].toSorted(),
          ...(scopes ? { scopes: [...scopes] } : {}),
          ...(credential ? { credential: credentialOf(credential) } : {}),
          memberships: memberships.map((each) => ({ ...each, roles: [...each.roles] })),
        };
      },
    }),
  );
  routes.provide(
    route({
      ...setMyPassword,
      handle: async ({ principal, body }) => {
        const found =
          principal.kind === 'user' ? await readPerson(parts.changes.rows, 'id', principal.id) : undefined;
        if (!found) throw new SignalboxError('forbidden', 'only a person has a password, and this is none');
        const { login, password_hash: kept } = found.row;
        const password = readNewPassword(body.password, login);
        await proveSelf(parts, { login, kept, current: body.current }, principal);
        await setPassword(parts, principal.id, await parts.hasher.hash(password));
        return { id: principal.id };
      },
    }),
  );
}

/** Keeps another password of a person, and makes everything they signed in with worth nothing. */
export function setPassword({ changes }: DirectoryParts, person: string, hash: string): Promise<void> {
  return changes.change(async ({ rows, note }) => {
    await rows
      .updateTable('directory_people')
      .set({ password_hash: hash })
      .where('id', '=', person)
      .execute();
    note({ kind: 'revocation', subject: person });
  });
}

/** Who has a password proves it; who has none sets the first in a session, which no key and no token replaces. */
async function proveSelf(
  parts: DirectoryParts,
  known: { readonly login: string; readonly kept: string | null; readonly current: string | undefined },
  { id, credential }: Principal,
): Promise<void> {
  const { login, kept, current } = known;
  if (kept === null) {
    if (credential?.kind === 'session') return;
    throw new SignalboxError(
      'forbidden',
      'a first password is set in a session; sign in on the pages of the hub',
    );
  }
  const judged =
    current === undefined ? undefined : await judgePassword(parts, { login, password: current, own: id });
  if (!judged?.person) throw new SignalboxError('forbidden', 'the current password is not the one given');
}

async function nameOfService({ changes }: DirectoryParts, { kind, id }: Principal) {
  if (kind !== 'service') return {};
  const row = await changes.rows
    .selectFrom('directory_services')
    .select('name')
    .where('id', '=', id)
    .executeTakeFirst();
  return row ?? {};
}

function credentialOf({ kind, id, expiresAt }: NonNullable<Principal['credential']>) {
  return { kind, id, ...(expiresAt === undefined ? {} : { expiresAt }) };
}
