import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import { redacted } from './redact-url.ts';
import type { Redact } from './without-secrets.ts';

/** A value shorter than this is not told from other text. */
export const shortestHidden = 8;

/**
 * Makes what takes values out of texts, also as they stand in JSON, in addresses and in base64, and the beginning of one at the end of
 * a text that was cut. Values shorter than {@link shortestHidden} are left alone: without them common text would be blotted out.
 */
export function hideValues(values: Iterable<string>): Redact {
  const long = [...values].filter((value) => value.length >= shortestHidden);
  if (long.length === 0) return (text) => text;
  const spelled = [...new Set(long.flatMap(spellingsOf))].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(spelled.map(escapePattern).join('|'), 'g');
  return (text) => withoutBeginning(text, spelled).replace(pattern, redacted);
}

/** An object without them: in its texts, in names of members, and in numbers that are written like one. */
export function hideInObject(redact: Redact, object: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([name, member]) => [redact(name), hideInJson(redact, member)]),
  );
}

function hideInJson(redact: Redact, value: JsonValue): JsonValue {
  if (typeof value === 'string') return redact(value);
  if (typeof value === 'number') return hideInNumber(redact, value);
  if (Array.isArray(value)) return value.map((item) => hideInJson(redact, item));
  if (isJsonObject(value)) return hideInObject(redact, value);
  // Numbers a double cannot hold are objects of the language.
  return typeof value === 'object' && value !== null ? hideInNumber(redact, value) : value;
}

function hideInNumber(redact: Redact, value: JsonValue): JsonValue {
  const text = JSON.stringify(value);
  const clean = redact(text);
  return clean === text ? value : clean;
}

function spellingsOf(value: string): readonly string[] {
  const bytes = Buffer.from(value, 'utf8');
  return [
    value,
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value.toWellFormed()),
    new URLSearchParams([['', value]]).toString().slice(1),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
  ];
}

/** Who cuts a text may cut through a secret. */
function withoutBeginning(text: string, spelled: readonly string[]): string {
  let end = text.length;
  while (end > 0 && (text[end - 1] === '.' || text[end - 1] === '…')) end--;
  if (end < shortestHidden) return text;
  const last = text.slice(end - shortestHidden, end);
  for (const secret of spelled)
    for (let at = secret.indexOf(last); at !== -1; at = secret.indexOf(last, at + 1)) {
      const from = end - shortestHidden - at;
      if (from >= 0 && text.startsWith(secret.slice(0, at), from)) return `${text.slice(0, from)}${redacted}`;
    }
  return text;
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}
