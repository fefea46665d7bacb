import { isPermission, isScope, type Policy } from '@signalbox/policy';
import { compareLevels, type Level, type Permission, SignalboxError } from '@signalbox/sdk';
import type { Authority } from './authority.ts';

/** Errors: `forbidden` for roles that permit what the giver may not, `invalid_params` for roles nobody knows. */
export function checkRoles(
  authority: Authority,
  policy: Policy,
  roles: readonly string[],
  isKnown: (role: string) => boolean,
): void {
  for (const role of roles) {
    if (!isKnown(role)) {
      throw new SignalboxError(
        'invalid_params',
        `there is no role "${role}" here; "signalbox role ls" lists what there is`,
      );
    }
    checkPermissions(authority, permittedBy(policy, [role]), `the role "${role}"`);
  }
}

/** Errors: `forbidden` for permissions the giver has not. */
export function checkPermissions(authority: Authority, given: Iterable<Permission>, what: string): void {
  const beyond = [...given].filter((each) => !authority.permitted.has(each));
  if (beyond.length === 0) return;
  throw new SignalboxError(
    'forbidden',
    `${what} permits more than you may yourself (${beyond.join(', ')}); ask somebody who may`,
  );
}

/** Errors: `forbidden` for a level above the giver's own in this request. */
export function checkLevel(authority: Authority, level: Level): void {
  if (compareLevels(level, authority.level) <= 0) return;
  throw new SignalboxError(
    'forbidden',
    `level ${level} is above your own, which is ${authority.level} here; ask somebody who has it`,
  );
}

/** Errors: `invalid_params` for scopes nobody knows, `forbidden` for those beyond the giver's own. */
export function checkScopes(authority: Authority, scopes: readonly string[]): void {
  for (const scope of scopes) {
    if (!isScope(scope)) {
      throw new SignalboxError(
        'invalid_params',
        `"${scope}" is no scope; write a permission such as tools:call, or tools:call:UPSTREAM`,
      );
    }
    if (allows(authority, scope)) continue;
    throw new SignalboxError('forbidden', `the scope ${scope} is beyond what you may yourself; leave it out`);
  }
}

/** Errors: `forbidden` when somebody may more than who wants to change them. */
export function checkMayManage(
  authority: Authority,
  policy: Policy,
  subject: { readonly roles: readonly string[]; readonly level: Level },
): void {
  const beyond = [...permittedBy(policy, subject.roles)].filter((each) => !authority.permitted.has(each));
  if (beyond.length === 0 && compareLevels(subject.level, authority.level) <= 0) return;
  throw new SignalboxError(
    'forbidden',
    'whom you want to change may more than you; ask somebody who may as much',
  );
}

/** What roles permit together, with everything that brings with it. */
export function permittedBy(policy: Policy, roles: readonly string[]): ReadonlySet<Permission> {
  return policy.of({ kind: 'user', id: '', org: '', level: 'none', roles }).permitted;
}

function allows({ permitted, upstreams }: Authority, scope: string): boolean {
  if (isPermission(scope)) return permitted.has(scope);
  return permitted.has('tools:call') || upstreams.has(scope.slice('tools:call:'.length));
}
