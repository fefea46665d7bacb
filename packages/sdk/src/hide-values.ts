import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import { redacted } from './redact-url.ts';
import type { Redact } from './without-secrets.ts';

/** A value shorter than this is not told from other text. */
export const shortestHidden = 8;

/** A text longer than a value may be at its longest spelling: JSON writes a control character in six. */
export const longestSpelling = 6 * 8_192;

const shortestLine = 16;

/**
 * Makes what takes values out of texts, also as they stand in JSON, in addresses and in base64, and the lines of one that has several.
 * Values shorter than {@link shortestHidden} are left alone: without them common text would be blotted out. Nothing but whole values is
 * taken out: who could see that the beginning of one is missing would find out the rest, a character at a time. So texts have to be
 * looked through before they are cut.
 */
export function hideValues(values: Iterable<string>): Redact {
  const long = [...values].flatMap(withLines).filter((value) => value.length >= shortestHidden);
  if (long.length === 0) return (text) => text;
  const spelled = [...new Set(long.flatMap(spellingsOf))].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(spelled.map(escapePattern).join('|'), 'g');
  return (text) => text.replace(pattern, redacted);
}

/** What has lines, such as a key, is written line by line. */
function withLines(value: string): readonly string[] {
  return [value, ...value.split(/\r?\n/).filter((line) => line.length >= shortestLine)];
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
    bytes.toString('hex'),
    ...[0, 1, 2].flatMap((shift) => inBase64(bytes, shift)),
  ];
}

/**
 * As it stands in base64 behind other bytes, such as a user's name, without the characters that are theirs in part; at the end, and before
 * others.
 */
function inBase64(bytes: Buffer, shift: number): readonly string[] {
  const shifted = Buffer.concat([Buffer.alloc(shift), bytes]);
  const [from, to] = [Math.ceil((shift * 8) / 6), Math.floor((shifted.length * 8) / 6)];
  const texts = [shifted.toString('base64').replace(/=+$/, ''), shifted.toString('base64url')];
  return texts.flatMap((text) => [text.slice(from), text.slice(from, to)]);
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}
