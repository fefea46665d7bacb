import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import { redacted } from './redact-url.ts';
import type { Redact } from './without-secrets.ts';

/** A value shorter than this is not told from other text. */
export const shortestHidden = 8;

/** A text longer than a value may be at its longest spelling: JSON writes a character in six. */
const longestSpelling = 6 * 8_192;

const shortestLine = 16;

/** Where something stands in a text. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * Makes what takes values out of texts, also as they stand in JSON, in addresses, in base64 and in hexadecimal digits, in capitals or not, and
 * the lines of one that has several. Values shorter than {@link shortestHidden} are left alone: without them common text would be blotted
 * out. Nothing but whole values is taken out: who could see that the beginning of one is missing would find out the rest, a character at a
 * time. So texts have to be looked through before they are cut.
 */
export function hideValues(values: Iterable<string>): Redact {
  const spelled = [...new Set([...values].flatMap(spellingsOf))].map(lowered);
  const hidden = [...new Set(spelled)].filter((text) => text.length >= shortestHidden);
  if (hidden.length === 0) return (text) => text;
  return (text) => {
    const low = lowered(text);
    return withoutSpans(
      text,
      hidden.flatMap((each) => spansOf(low, each)),
    );
  };
}

/** As much of a text as is looked through for values. */
const mostRead = 65_536;

/**
 * The beginning of a text, looked through before it is cut. Of one that is longer than is looked through, the end is left out in which a value
 * could be cut in two.
 */
export function cutClean(redact: Redact, text: string, most: number): string {
  const clean = redact(text.slice(0, mostRead));
  const whole = text.length > mostRead ? clean.slice(0, -longestSpelling) || redacted : clean;
  return whole.slice(0, most);
}

/** An object without them: in its texts, in names of members, and in numbers that are written like one. */
export function hideInObject(redact: Redact, object: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([name, member]) => [redact(name), hideInJson(redact, member)]),
  );
}

/** The same for any value. */
export function hideInJson(redact: Redact, value: JsonValue): JsonValue {
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

/** Without capitals of ASCII: in no other way does the length of a text stay what it is. */
function lowered(text: string): string {
  return text.replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase());
}

/** Everywhere a text stands in another; where it overlaps itself, as one. */
function spansOf(text: string, wanted: string): readonly Span[] {
  const spans: { from: number; to: number }[] = [];
  for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + 1)) {
    const last = spans.at(-1);
    if (last && at < last.to) last.to = at + wanted.length;
    else spans.push({ from: at, to: at + wanted.length });
  }
  return spans;
}

/** Of values that overlap each other no part stays. */
function withoutSpans(text: string, spans: readonly Span[]): string {
  let clean = '';
  let end = 0;
  for (const { from, to } of [...spans].sort((a, b) => a.from - b.from)) {
    if (from >= end) clean += text.slice(end, from) + redacted;
    end = Math.max(end, to);
  }
  return clean + text.slice(end);
}

function spellingsOf(value: string): readonly string[] {
  if (value.length < shortestHidden) return [];
  const bytes = Buffer.from(value, 'utf8');
  const inAddress = encodeURIComponent(value.toWellFormed());
  return [
    value,
    ...value.split(/\r?\n/).filter((line) => line.length >= shortestLine),
    ...inJson(value),
    inAddress,
    // As RFC 3986 §2.2 has it.
    inAddress.replaceAll(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16)}`),
    new URLSearchParams([['', value]]).toString().slice(1),
    bytes.toString('hex'),
    ...[0, 1, 2].flatMap((shift) => inBase64(bytes, shift)),
  ];
}

/** As libraries of several languages write it: with characters beyond ASCII, those of HTML, and slashes escaped or not. */
function inJson(value: string): readonly string[] {
  const plain = JSON.stringify(value).slice(1, -1);
  const ascii = escaped(plain, /[\u007f-\uffff]/g);
  const both = [plain, ascii];
  const all = [...both, ...both.map((text) => escaped(text, /[<>&'\u2028\u2029]/g))];
  return [
    ...all,
    ...all.map((text) => text.replaceAll('/', String.raw`\/`)),
    JSON.stringify(plain).slice(1, -1),
  ];
}

function escaped(text: string, which: RegExp): string {
  return text.replaceAll(which, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`);
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
