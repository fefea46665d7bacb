import { isJsonObject, type JsonValue } from '@signalbox/sdk';
import { decodePart, resolvePointer } from '../document/follow-reference.ts';
import { isLongNumber, primitiveText } from '../request/primitive-text.ts';

/** How an API says that there is more, and where the items of a page are. */
export interface PageRule {
  /** Query parameter that takes the cursor; with `next`. */
  readonly param?: string | undefined;
  /** JSON pointer to the cursor, or to the address, of the next page. */
  readonly next?: string | undefined;
  /** JSON pointer to the list in each page; the whole page where absent. */
  readonly items?: string | undefined;
}

/**
 * Where the next page is: by the rule, otherwise by the `Link` header with `rel="next"` (RFC 8288). Undefined when there
 * is none, or when it is on another origin than the page.
 */
export function nextPage(
  page: { readonly url: string; readonly link: string | undefined; readonly json: JsonValue },
  { param, next }: PageRule,
): string | undefined {
  const found = next === undefined ? linkedNext(page.link ?? '') : cursorAt(page.json, next);
  if (found === undefined || found === '') return undefined;
  const target = param === undefined ? absolute(found, page.url) : withParameter(page.url, param, found);
  return target !== undefined && new URL(target).origin === new URL(page.url).origin ? target : undefined;
}

/** The list of a page; undefined when there is none at the rule's place. */
export function itemsOf(json: JsonValue, { items = '' }: PageRule): readonly JsonValue[] | undefined {
  const list = resolvePointer(json, `#${items}`);
  return Array.isArray(list) ? list : undefined;
}

/** The first page with all items in the place of its own. */
export function withItems(json: JsonValue, { items = '' }: PageRule, all: readonly JsonValue[]): JsonValue {
  if (items === '') return [...all];
  return withMember(json, items.slice(1).split('/').map(decodePart), [...all]);
}

/** Copies only what lies on the way: a clone of everything would lose the numbers that are kept as their own text. */
function withMember(at: JsonValue, [part, ...rest]: readonly string[], value: JsonValue): JsonValue {
  if (part === undefined) return value;
  if (Array.isArray(at))
    return at.map((item, index) => (String(index) === part ? withMember(item, rest, value) : item));
  if (!isJsonObject(at)) return at;
  const members = Object.entries(at).map(([name, item]): [string, JsonValue] => [
    name,
    name === part ? withMember(item, rest, value) : item,
  ]);
  return Object.fromEntries(members);
}

function cursorAt(json: JsonValue, pointer: string): string | undefined {
  const value = resolvePointer(json, `#${pointer}`);
  const isText = typeof value === 'string' || typeof value === 'number' || isLongNumber(value);
  return isText ? primitiveText(value) : undefined;
}

function linkedNext(header: string): string | undefined {
  for (const [, target, parameters] of header.slice(0, 16_384).matchAll(/<([^<>]*)>([^<]*)/g)) {
    const relation = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))/i.exec(parameters ?? '');
    const names = (relation?.[1] ?? relation?.[2] ?? '').toLowerCase().split(/\s+/);
    if (names.includes('next')) return target;
  }
  return undefined;
}

function absolute(target: string, base: string): string | undefined {
  return URL.canParse(target, base) ? new URL(target, base).href : undefined;
}

function withParameter(address: string, param: string, value: string): string {
  const url = new URL(address);
  url.searchParams.set(param, value);
  return url.href;
}
