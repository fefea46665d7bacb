import { SignalboxError } from '@signalbox/sdk';
import { Zone } from './zone.ts';

/** What is known of a zone name. */
export interface ZoneName {
  /** The name, spelled as it should be where that is known. */
  readonly name: string;
  /** One name for all that mean the same zone. */
  readonly canonical: string;
}

/** Zones that were asked for. There are some six hundred names, so it does not grow; making one costs as much as 10,000 answers. */
const known = new Map<string, Zone>();

/** Tells whether a name is one of an IANA time zone of this process; undefined when it is not. Offsets such as `+03:00` are none. */
export function checkZone(name: string): ZoneName | undefined {
  if (!/^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)*$/.test(name) || name.length > 100) return undefined;
  const canonical = canonicalName(name);
  if (canonical === undefined) return undefined;
  return { name: canonical.toLowerCase() === name.toLowerCase() ? canonical : name, canonical };
}

/** Opens a time zone by name. Throws `invalid_params` when there is none. */
export function findZone(name: string): Zone {
  const kept = known.get(name);
  if (kept) return kept;
  const checked = checkZone(name);
  if (!checked)
    throw new SignalboxError(
      'invalid_params',
      `there is no time zone "${name.slice(0, 60)}"; name one of the IANA list, such as "Europe/Chisinau" or "UTC"`,
    );
  const zone = known.get(checked.name) ?? new Zone(checked.name, checked.canonical);
  known.set(checked.name, zone);
  return zone;
}

function canonicalName(name: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}
