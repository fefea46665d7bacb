import { isJsonObject, type JsonValue } from '@signalbox/sdk';

const mostShown = 2_000;
const longText = 200;
const endShown = 80;

/** Arguments as somebody is shown them who is to approve their call: each member can be seen, and what is left out is said. */
export function shownArguments(args: JsonValue, approval: string): string {
  const whole = JSON.stringify(args);
  if (whole.length <= mostShown) return whole;
  const short = JSON.stringify(shorten(args));
  if (short.length <= mostShown) return short;
  const left = short.length - mostShown;
  return `${short.slice(0, mostShown)}… (${left} more characters: do not approve this before you have seen them, with signalbox approval show ${approval})`;
}

function shorten(value: JsonValue): JsonValue {
  if (typeof value === 'string' && value.length > longText)
    return `${value.slice(0, endShown)}… (${value.length - 2 * endShown} characters) …${value.slice(-endShown)}`;
  if (Array.isArray(value)) return value.map(shorten);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shorten(member)]));
}
