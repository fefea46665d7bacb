import { type Level, levels } from '@signalbox/sdk';

/** Reads a column with a JSON array of texts; anything else is as if there were none, which gives no rights. */
export function readTexts(text: string | null): readonly string[] {
  const value = parseJson(text);
  return Array.isArray(value) && value.every((each) => typeof each === 'string') ? value : [];
}

/** Reads a column with a JSON array of numbers; anything else is as if there were none. */
export function readNumbers(text: string): readonly number[] {
  const value = parseJson(text);
  return Array.isArray(value) && value.every((each) => typeof each === 'number') ? value : [];
}

/** Reads a column with a JSON object of arrays of texts; what is none of these gives nothing. */
export function readTextLists(text: string): { readonly [name: string]: readonly string[] } {
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, readTexts(JSON.stringify(each))]),
  );
}

/** Reads a level; one that nobody knows is the lowest. */
export function readLevel(text: string): Level {
  return levels.find((level) => level === text) ?? 'none';
}

/** Parses a column; undefined where it is no JSON. */
export function parseJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return undefined;
  }
}
