import { addKey, getKey, type KeyItem, listKeys, revokeKey } from '@signalbox/api';
import { type Principal, type Routes, route, SignalboxError } from '@signalbox/sdk';
import type { Kysely } from 'kysely';
import type { DirectoryParts } from '../directory-parts.ts';
import type { Authority } from '../grant/authority.ts';
import { checkLevel, checkScopes } from '../grant/check-grant.ts';
import { checkAddresses } from '../key/allowed-addresses.ts';
import { mintKey } from '../key/key-text.ts';
import type { DirectoryTables, KeyRow } from '../store/directory-tables.ts';
import { hashSecret } from '../store/hash-secret.ts';
import { newId } from '../store/new-id.ts';
import { readLevel, readTexts } from '../store/stored-json.ts';
import { callerOf } from './caller.ts';
import { administersKeys, checkMaySee, findKeyHolder } from './key-holder.ts';
import { pageOf } from './page.ts';

const maxKeys = 1_000;
/** The longest a grant of the authorization server lives. */
const longestSignInMs = 90 * 86_400_000;

/** Serves API keys: everybody's own, and those of others to who administers the organization. */
export function provideKeyRoutes(routes: Routes, parts: DirectoryParts): void {
  const { changes, clock } = parts;
  routes.provide(
    route({
      ...listKeys,
      handle: async ({ query, ...request }) => {
        const caller = await callerOf(parts, { ...request, query });
        const { principal } = caller.authority;
        if (query.all === 'true' && !administersKeys(caller))
          throw new SignalboxError(
            'forbidden',
            'the keys of others need the permission admin:org at level anchor',
          );
        const ofAll = changes.rows
          .selectFrom('directory_keys')
          .selectAll()
          .where('org', '=', caller.org)
          .where('id', '>', query.cursor ?? '')
          .orderBy('id')
          .limit(query.limit + 1);
        const ofSelf = ofAll.where('subject', '=', principal.id).where('subject_kind', '=', principal.kind);
        const found = await (query.all === 'true' ? ofAll : ofSelf).execute();
        const holders = await readHolders(changes.rows, found);
        return pageOf(
          found,
          query,
          ({ id }) => id,
          (row) => describeKey(row, holders),
        );
      },
    }),
  );
  routes.provide(
    route({
      ...getKey,
      handle: async ({ params, ...request }) => {
        const caller = await callerOf(parts, request);
        const row = await findKey(changes.rows, params.key);
        checkMaySee(caller, row, params.key);
        return toItem(changes.rows, row);
      },
    }),
  );
  routes.provide(
    route({
      ...addKey,
      handle: async ({ body, ...request }) => {
        const caller = await callerOf(parts, request);
        const { authority, org } = caller;
        checkMayOutlive(authority);
        checkScopes(authority, body.scopes);
        checkLevel(authority, body.grant);
        checkAddresses(body.addresses ?? []);
        return changes.change(async ({ rows }) => {
          const holder = await findKeyHolder(rows, caller, body);
          await checkCount(rows, org, holder.id);
          const id = newId(clock);
          const key = mintKey(id);
          const now = clock.now();
          const row: KeyRow = {
            id,
            org,
            subject_kind: holder.kind,
            subject: holder.id,
            name: body.name,
            hash: hashSecret(key),
            scopes: JSON.stringify([...new Set(body.scopes)].toSorted()),
            grant_level: body.grant,
            addresses: body.addresses ? JSON.stringify(body.addresses) : null,
            created_at: now,
            expires_at: expiryOf(authority.principal, now, body.lifeMs),
            last_used_at: null,
            revoked_at: null,
          };
          await rows.insertInto('directory_keys').values(row).execute();
          return { key, item: await toItem(rows, row) };
        });
      },
    }),
  );
  routes.provide(
    route({
      ...revokeKey,
      handle: async ({ params, ...request }) => {
        const caller = await callerOf(parts, request);
        return changes.change(async ({ rows, note }) => {
          const row = await findKey(rows, params.key);
          checkMaySee(caller, row, params.key);
          await rows
            .updateTable('directory_keys')
            .set({ revoked_at: row.revoked_at ?? clock.now() })
            .where('id', '=', row.id)
            .execute();
          // The key is forgotten; what else its holder signed in with stays good.
          note({ kind: 'facts', org: row.org, subject: row.subject });
          return { id: row.id };
        });
      },
    }),
  );
}

/**
 * A program has its token for what it asked; a key stays good when the program is disconnected, so the person must have
 * allowed that by name. Errors: `insufficient_scope`.
 */
function checkMayOutlive({ principal, permitted }: Authority): void {
  if (principal.credential?.kind !== 'access-token' || permitted.has('keys:write')) return;
  throw new SignalboxError(
    'insufficient_scope',
    'the token does not allow to make keys; sign in again with the scope keys:write',
    { details: { scopes: ['keys:write'] } },
  );
}

/** A key made with a key does not outlive it, and one made with a token no sign-in of today. */
function expiryOf({ credential }: Principal, now: number, lifeMs: number): number {
  const most = credential?.kind === 'api-key' ? credential.expiresAt : undefined;
  const life = credential?.kind === 'access-token' ? Math.min(lifeMs, longestSignInMs) : lifeMs;
  return Math.min(now + life, most ?? Number.POSITIVE_INFINITY);
}

function findKey(rows: Kysely<DirectoryTables>, id: string): Promise<KeyRow | undefined> {
  return rows.selectFrom('directory_keys').selectAll().where('id', '=', id).executeTakeFirst();
}

async function checkCount(rows: Kysely<DirectoryTables>, org: string, subject: string): Promise<void> {
  const { kept } = await rows
    .selectFrom('directory_keys')
    .select(({ fn }) => fn.countAll<number>().as('kept'))
    .where('org', '=', org)
    .where('subject', '=', subject)
    .where('revoked_at', 'is', null)
    .executeTakeFirstOrThrow();
  if (kept < maxKeys) return;
  throw new SignalboxError('conflict', `a holder has at most ${maxKeys} keys; revoke those nobody uses`);
}

async function toItem(rows: Kysely<DirectoryTables>, row: KeyRow): Promise<KeyItem> {
  return describeKey(row, await readHolders(rows, [row]));
}

/** The names of those who hold keys, by their ids. */
async function readHolders(
  rows: Kysely<DirectoryTables>,
  keys: readonly KeyRow[],
): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(keys.map(({ subject }) => subject))];
  if (ids.length === 0) return new Map();
  const machines = await rows
    .selectFrom('directory_services')
    .select(['id', 'name'])
    .where('id', 'in', ids)
    .execute();
  const people = await rows
    .selectFrom('directory_people')
    .select(['id', 'login as name'])
    .where('id', 'in', ids)
    .execute();
  return new Map([...machines, ...people].map(({ id, name }) => [id, name]));
}

function describeKey(row: KeyRow, holders: ReadonlyMap<string, string>): KeyItem {
  return {
    id: row.id,
    name: row.name,
    subject: {
      kind: row.subject_kind === 'service' ? 'service' : 'user',
      id: row.subject,
      name: holders.get(row.subject) ?? row.subject,
    },
    scopes: [...readTexts(row.scopes)],
    grant: readLevel(row.grant_level),
    ...(row.addresses === null ? {} : { addresses: [...readTexts(row.addresses)] }),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    ...(row.last_used_at === null ? {} : { lastUsedAt: row.last_used_at }),
    ...(row.revoked_at === null ? {} : { revokedAt: row.revoked_at }),
  };
}
