import {
  addService,
  changeService,
  getService,
  listServices,
  removeService,
  type ServiceItem,
} from '@signalbox/api';
import { type Level, type Routes, route, SignalboxError } from '@signalbox/sdk';
import type { Kysely } from 'kysely';
import type { DirectoryParts } from '../directory-parts.ts';
import { checkMayManage } from '../grant/check-grant.ts';
import { notThere } from '../people/not-there.ts';
import type { DirectoryTables, ServiceRow } from '../store/directory-tables.ts';
import { newId } from '../store/new-id.ts';
import { readLevel, readTexts } from '../store/stored-json.ts';
import { callerOf } from './caller.ts';
import { checkGivenRights } from './given-rights.ts';
import { pageOf } from './page.ts';

/** Serves the service accounts of an organization. */
export function provideServiceRoutes(routes: Routes, parts: DirectoryParts): void {
  const { changes, clock } = parts;
  routes.provide(
    route({
      ...listServices,
      handle: async ({ query, ...request }) => {
        const { org } = await callerOf(parts, { ...request, query });
        const found = await changes.rows
          .selectFrom('directory_services')
          .selectAll()
          .where('org', '=', org)
          .where('name', '>', query.cursor ?? '')
          .orderBy('name')
          .limit(query.limit + 1)
          .execute();
        return pageOf(found, query, ({ name }) => name, toItem);
      },
    }),
  );
  routes.provide(
    route({
      ...getService,
      handle: async ({ params, ...request }) => {
        const { org } = await callerOf(parts, request);
        return toItem(await readService(changes.rows, org, params.service));
      },
    }),
  );
  routes.provide(
    route({
      ...addService,
      handle: async ({ body, ...request }) => {
        const caller = await callerOf(parts, request);
        const { org } = caller;
        return changes.change(async ({ rows }) => {
          await checkGivenRights(rows, caller, body);
          await checkNameIsFree(rows, org, body.name);
          const row: ServiceRow = {
            id: newId(clock),
            org,
            name: body.name,
            roles: rolesText(body.roles),
            level: body.level,
            is_active: 1,
            created_at: clock.now(),
          };
          await rows.insertInto('directory_services').values(row).execute();
          return toItem(row);
        });
      },
    }),
  );
  routes.provide(
    route({
      ...changeService,
      handle: async ({ params, body, ...request }) => {
        const caller = await callerOf(parts, request);
        return changes.change(async ({ rows, note }) => {
          const row = await readService(rows, caller.org, params.service);
          checkMayManage(caller.authority, caller.policy, serviceRights(row));
          const roles = body.roles ?? readTexts(row.roles);
          const level = body.level ?? readLevel(row.level);
          if (body.roles || body.level) await checkGivenRights(rows, caller, { roles, level });
          const isActive = body.isActive ?? row.is_active === 1;
          const changed = { roles: rolesText(roles), level, is_active: isActive ? 1 : 0 };
          await rows.updateTable('directory_services').set(changed).where('id', '=', row.id).execute();
          note({ kind: isActive ? 'facts' : 'revocation', org: caller.org, subject: row.id });
          return toItem({ ...row, ...changed });
        });
      },
    }),
  );
  routes.provide(
    route({
      ...removeService,
      handle: async ({ params, ...request }) => {
        const caller = await callerOf(parts, request);
        return changes.change(async ({ rows, note }) => {
          const row = await readService(rows, caller.org, params.service);
          checkMayManage(caller.authority, caller.policy, serviceRights(row));
          await rows
            .deleteFrom('directory_keys')
            .where('org', '=', row.org)
            .where('subject', '=', row.id)
            .execute();
          await rows.deleteFrom('directory_services').where('id', '=', row.id).execute();
          note({ kind: 'revocation', org: row.org, subject: row.id });
          return { id: row.id };
        });
      },
    }),
  );
}

/** A service account by id or name. Errors: `not_found`. */
export async function readService(
  rows: Kysely<DirectoryTables>,
  org: string,
  name: string,
): Promise<ServiceRow> {
  const row = await rows
    .selectFrom('directory_services')
    .selectAll()
    .where('org', '=', org)
    .where(({ eb, or }) => or([eb('id', '=', name), eb('name', '=', name)]))
    .executeTakeFirst();
  if (!row) throw notThere('service account', name);
  return row;
}

/** What a service account may. */
export function serviceRights(row: ServiceRow): { readonly roles: readonly string[]; readonly level: Level } {
  return { roles: readTexts(row.roles), level: readLevel(row.level) };
}

async function checkNameIsFree(rows: Kysely<DirectoryTables>, org: string, name: string): Promise<void> {
  const other = await rows
    .selectFrom('directory_services')
    .select('id')
    .where('org', '=', org)
    .where('name', '=', name)
    .executeTakeFirst();
  if (other)
    throw new SignalboxError('conflict', `there is a service account "${name}" already; choose another name`);
}

function rolesText(roles: readonly string[]): string {
  return JSON.stringify([...new Set(roles)].toSorted());
}

function toItem(row: ServiceRow): ServiceItem {
  return {
    id: row.id,
    name: row.name,
    roles: [...readTexts(row.roles)],
    level: readLevel(row.level),
    isActive: row.is_active === 1,
    createdAt: row.created_at,
  };
}
