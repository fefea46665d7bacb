import type { Level } from '@signalbox/sdk';

const anchored = new Set(['owner', 'admin']);

/** The level of a member: the one that was set, else what the roles say. */
export function levelOf(set: Level | null, roles: readonly string[]): Level {
  return set ?? (roles.some((role) => anchored.has(role)) ? 'anchor' : 'trusted');
}
