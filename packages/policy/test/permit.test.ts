import type { Permission, Principal } from '@signalbox/sdk';
import { describe, expect, test } from 'vitest';
import { findRefusal, firstPolicy } from '../src/index.ts';
import { ada } from './support.ts';

const anchor = { name: 'api', level: 'anchor' } as const;
const owner: Principal = { ...ada, org: 'local', level: 'anchor', roles: ['owner'] };

const refusalOf = (principal: Principal, permission: Permission | undefined, minLevel = 'trusted' as const) =>
  findRefusal(firstPolicy, { principal, through: anchor, atMs: 10 }, { permission, minLevel })?.reason;

describe('administration', () => {
  test.each<[string, Partial<Principal>, Permission | undefined, string | undefined]>([
    ['an owner may everything', {}, 'admin:system', undefined],
    ['nobody below the level may', { level: 'public' }, undefined, 'level'],
    ['a credential caps the level', { grant: 'none' }, undefined, 'level'],
    ['a role must permit it', { roles: ['member'] }, 'audit:read', 'permission'],
    ['what a role permits brings more with it', { roles: ['operator'] }, 'registry:read', undefined],
    ['an admin is not the owner of the system', { roles: ['admin'] }, 'admin:system', 'permission'],
    ['a credential must allow it', { scopes: ['tools:call'] }, 'audit:read', 'scope'],
    ['a scope brings more with it', { scopes: ['admin:org'] }, 'audit:read', undefined],
    [
      'a credential that has expired allows nothing',
      { credential: { kind: 'session', id: 's', expiresAt: 10 } },
      'audit:read',
      'expired',
    ],
    [
      'who acts for somebody may what both may',
      { onBehalfOf: { ...ada, org: 'local', level: 'anchor', roles: ['member'] } },
      'audit:read',
      'permission',
    ],
  ])('%s', (_what, change, permission, reason) => {
    expect(refusalOf({ ...owner, ...change }, permission)).toBe(reason);
  });

  test.each<[Permission, string | undefined]>([
    ['registry:read', 'permission'],
    ['registry:manage', 'permission'],
    ['extensions:manage', 'permission'],
    ['admin:system', 'permission'],
    ['admin:org', undefined],
    ['audit:read', undefined],
    ['secrets:write', undefined],
  ])('the owner of another organization and %s, which is of the hub or not: %s', (permission, reason) => {
    expect(refusalOf({ ...owner, org: 'acme' }, permission)).toBe(reason);
  });
});
