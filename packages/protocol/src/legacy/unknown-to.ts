import { SignalboxError } from '@signalbox/sdk';
import type { LegacyVersion } from '../versions.ts';

/** The refusal of a question a version has no words for. */
export function unknownTo(version: LegacyVersion, what: string): SignalboxError {
  return new SignalboxError(
    'missing_capability',
    `the client speaks protocol ${version}: ${what}; update the client`,
  );
}
