import {
  addKey,
  addOrganization,
  addPerson,
  addRole,
  addService,
  type PersonItem,
  type ServiceItem,
} from '@signalbox/api';
import type { Client } from '@signalbox/client';
import type { Level, Permission } from '@signalbox/sdk';
import type { DirectoryHub } from './start-directory-hub.ts';

/** Everybody the tests are about: two organizations, and people of each rank. */
export interface Cast {
  readonly owner: PersonItem;
  readonly admin: PersonItem;
  readonly member: PersonItem;
  readonly robot: ServiceItem;
  /** The owner of another organization. */
  readonly foreigner: PersonItem;
}

/** Makes them. */
export async function makeCast({ owner: hub }: DirectoryHub): Promise<Cast> {
  const person = (login: string, roles: string[], org?: string): Promise<PersonItem> =>
    hub.request(addPerson, { query: org ? { org } : {}, body: { login, roles } });
  await hub.request(addOrganization, { body: { id: 'acme', name: 'Acme' } });
  const powers: Permission[] = ['tools:call', 'audit:read'];
  await hub.request(addRole, { query: {}, body: { name: 'watcher', permissions: powers } });
  return {
    owner: await person('owen', ['owner']),
    admin: await person('ada', ['admin']),
    member: await person('mia', ['member']),
    foreigner: await person('fay', ['owner'], 'acme'),
    robot: await hub.request(addService, { query: {}, body: { name: 'robot', roles: ['member'] } }),
  };
}

/** Makes a key and gives it with its id. */
export async function makeKey(
  client: Client,
  body: { scopes: string[]; user?: string; service?: string; grant?: Level; addresses?: string[] },
): Promise<{ readonly key: string; readonly id: string }> {
  const { key, item } = await client.request(addKey, { query: {}, body: { name: 'test', ...body } });
  return { key, id: item.id };
}
