import type { JsonObject } from '@signalbox/sdk';
import { isAtLeast, type LegacyVersion } from '../versions.ts';

/** A member of a definition that not every legacy version knows, and the version it came with. */
export type MemberSince = readonly [member: string, since: LegacyVersion];

const membersOfAll: readonly MemberSince[] = [
  ['title', '2025-06-18'],
  ['icons', '2025-11-25'],
];

/**
 * The definition of a tool, resource, template or prompt without what the version does not know (changelogs of 2025-06-18
 * and 2025-11-25); the same object where it knows everything.
 */
export function toLegacyDefinition(
  definition: JsonObject,
  version: LegacyVersion,
  members: readonly MemberSince[] = [],
): JsonObject {
  const unknown = [...membersOfAll, ...members].flatMap(([member, since]) =>
    member in definition && !isAtLeast(version, since) ? [member] : [],
  );
  if (unknown.length === 0) return definition;
  return Object.fromEntries(Object.entries(definition).filter(([member]) => !unknown.includes(member)));
}
