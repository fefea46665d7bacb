import {
  addInvitation,
  getInvitation,
  type InvitationItem,
  listInvitations,
  removeInvitation,
} from '@signalbox/api';
import { type Routes, route } from '@signalbox/sdk';
import type { Kysely } from 'kysely';
import type { DirectoryParts } from '../directory-parts.ts';
import { notThere } from '../people/not-there.ts';
import type { DirectoryTables, InvitationRow } from '../store/directory-tables.ts';
import { hashSecret, newSecret } from '../store/hash-secret.ts';
import { newId } from '../store/new-id.ts';
import { readTexts } from '../store/stored-json.ts';
import { callerOf } from './caller.ts';
import { checkGivenRights } from './given-rights.ts';
import { pageOf } from './page.ts';

const lifeMs = 7 * 86_400_000;

/** Serves the invitations of an organization. */
export function provideInvitationRoutes(routes: Routes, parts: DirectoryParts): void {
  const { changes, clock } = parts;
  routes.provide(
    route({
      ...listInvitations,
      handle: async ({ query, ...request }) => {
        const { org } = await callerOf(parts, { ...request, query });
        const found = await changes.rows
          .selectFrom('directory_invitations')
          .selectAll()
          .where('org', '=', org)
          .where('id', '>', query.cursor ?? '')
          .orderBy('id')
          .limit(query.limit + 1)
          .execute();
        return pageOf(found, query, ({ id }) => id, toItem);
      },
    }),
  );
  routes.provide(
    route({
      ...getInvitation,
      handle: async ({ params, ...request }) => {
        const { org } = await callerOf(parts, request);
        return toItem(await readInvitation(changes.rows, org, params.invitation));
      },
    }),
  );
  routes.provide(
    route({
      ...addInvitation,
      handle: async ({ body, ...request }) => {
        const caller = await callerOf(parts, request);
        return changes.change(async ({ rows }) => {
          await checkGivenRights(rows, caller, body);
          const token = newSecret();
          const now = clock.now();
          const row: InvitationRow = {
            id: newId(clock),
            org: caller.org,
            roles: JSON.stringify([...new Set(body.roles)].toSorted()),
            token_hash: hashSecret(token),
            created_by: caller.authority.principal.id,
            created_at: now,
            expires_at: now + lifeMs,
            used_at: null,
          };
          await rows.insertInto('directory_invitations').values(row).execute();
          return { token, item: toItem(row) };
        });
      },
    }),
  );
  routes.provide(
    route({
      ...removeInvitation,
      handle: async ({ params, ...request }) => {
        const { org } = await callerOf(parts, request);
        return changes.change(async ({ rows }) => {
          const { id } = await readInvitation(rows, org, params.invitation);
          await rows.deleteFrom('directory_invitations').where('id', '=', id).execute();
          return { id };
        });
      },
    }),
  );
}

async function readInvitation(
  rows: Kysely<DirectoryTables>,
  org: string,
  id: string,
): Promise<InvitationRow> {
  const row = await rows
    .selectFrom('directory_invitations')
    .selectAll()
    .where('org', '=', org)
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) throw notThere('invitation', id);
  return row;
}

function toItem(row: InvitationRow): InvitationItem {
  return {
    id: row.id,
    roles: [...readTexts(row.roles)],
    createdBy: row.created_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    ...(row.used_at === null ? {} : { usedAt: row.used_at }),
  };
}
