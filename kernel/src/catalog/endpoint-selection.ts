import type { EndpointSettings } from '../config/core-settings.ts';
import type { CatalogEntry } from './source.ts';

/** The entries a named endpoint shows: those that fit an `include` and no `exclude`. */
export function selectEntries(entries: readonly CatalogEntry[], endpoint: EndpointSettings): CatalogEntry[] {
  const included = endpoint.include.map(toMatcher);
  const excluded = endpoint.exclude.map(toMatcher);
  return entries.filter((entry) => {
    const identity = `${entry.source.id}/${entry.originalName}`;
    return included.some((matches) => matches(identity)) && !excluded.some((matches) => matches(identity));
  });
}

/** `*` is any text, a name without a slash is a whole source. */
function toMatcher(pattern: string): (identity: string) => boolean {
  const whole = pattern.includes('/') || pattern === '*' ? pattern : `${pattern}/*`;
  const parts = whole.split('*');
  return (identity) => fits(identity, parts);
}

/** Matches greedily from the left; linear in the text for each part, so no pattern can be slow. */
function fits(text: string, parts: readonly string[]): boolean {
  const [first = '', ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let position = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, position);
    if (found === -1) return false;
    position = found + part.length;
  }
  return text.length - last.length >= position && text.endsWith(last);
}
