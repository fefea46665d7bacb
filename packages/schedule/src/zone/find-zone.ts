import { SignalboxError } from '@signalbox/sdk';
import { Zone } from './zone.ts';

/** What is known of a zone name. */
export interface ZoneName {
  /** The name, spelled as it should be where that is known. */
  readonly name: string;
  /** One name for all that mean the same zone. */
  readonly canonical: string;
}

/** Zones that were asked for, by canonical name: some four hundred, so it does not grow. Making one costs as much as 10,000 answers. */
const known = new Map<string, Zone>();

/** The same by name as it was spelled. There is no end of spellings, so the oldest gives way. */
const spelled = new Map<string, Zone>();
const maxSpelled = 500;

/** Names of the IANA list without a "/". `Intl` knows others, and means by BST the time of Bangladesh. */
const plainNames = new Set(
  (
    'CET CST6CDT Cuba EET EST EST5EDT Egypt Eire GB GB-Eire GMT GMT+0 GMT-0 GMT0 Greenwich HST Hongkong Iceland Iran Israel Jamaica Japan ' +
    'Kwajalein Libya MET MST MST7MDT NZ NZ-CHAT Navajo PRC PST8PDT Poland Portugal ROC ROK Singapore Turkey UCT UTC Universal W-SU WET Zulu'
  )
    .toLowerCase()
    .split(' '),
);

/** Tells whether a name is one of an IANA time zone of this process; undefined when it is not. Offsets such as `+03:00` are none. */
export function checkZone(name: string): ZoneName | undefined {
  if (!/^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)*$/.test(name) || name.length > 100) return undefined;
  if (name.includes('/') ? /^SystemV\//i.test(name) : !plainNames.has(name.toLowerCase())) return undefined;
  const canonical = canonicalName(name);
  if (canonical === undefined) return undefined;
  return { name: canonical.toLowerCase() === name.toLowerCase() ? canonical : name, canonical };
}

/** Opens a time zone by name. Throws `invalid_params` when there is none. */
export function findZone(name: string): Zone {
  const kept = spelled.get(name);
  if (kept) return kept;
  const checked = checkZone(name);
  if (!checked)
    throw new SignalboxError(
      'invalid_params',
      `there is no time zone "${name.slice(0, 60)}"; name one of the IANA list, such as "Europe/Chisinau" or "UTC"`,
    );
  const { canonical } = checked;
  const same = known.get(canonical) ?? new Zone(canonical, canonical);
  known.set(canonical, same);
  const zone = checked.name === canonical ? same : new Zone(checked.name, canonical, same);
  const [oldest] = spelled.keys();
  if (oldest !== undefined && spelled.size >= maxSpelled) spelled.delete(oldest);
  spelled.set(name, zone);
  return zone;
}

function canonicalName(name: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}
