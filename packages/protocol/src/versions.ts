/** The two ways MCP is spoken: with initialize and sessions, or stateless with everything in each request. */
export type Era = 'legacy' | 'modern';

/** Versions spoken with `initialize`, oldest first. */
export const legacyVersions = ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'] as const;

/** A version spoken with `initialize`. */
export type LegacyVersion = (typeof legacyVersions)[number];

/** The stateless version. */
export const modernVersion = '2026-07-28';

/** Every version the hub speaks, newest first, as it is advertised. */
export const supportedVersions: readonly string[] = [modernVersion, ...[...legacyVersions].reverse()];

/** The newest version spoken with `initialize`. */
export const newestLegacyVersion: LegacyVersion = '2025-11-25';

/** What a client without the version header is taken to speak (2025-06-18, transports). */
export const versionWithoutHeader: LegacyVersion = '2025-03-26';

/** True for a version spoken with `initialize`. */
export function isLegacyVersion(version: string): version is LegacyVersion {
  return legacyVersions.some((known) => known === version);
}

/** True when `version` is the given one or newer; legacy versions are dates and compare as text. */
export function isAtLeast(version: LegacyVersion, wanted: LegacyVersion): boolean {
  return version >= wanted;
}
