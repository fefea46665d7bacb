import { isJsonObject, type JsonValue } from '@signalbox/sdk';
import { resolvePointer } from '../document/follow-reference.ts';

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
  const whole = structuredClone(json);
  const at = items.lastIndexOf('/');
  const holder = resolvePointer(whole, `#${items.slice(0, at)}`);
  const name = items
    .slice(at + 1)
    .replaceAll('~1', '/')
    .replaceAll('~0', '~');
  if (isJsonObject(holder)) holder[name] = [...all];
  return whole;
}

function cursorAt(json: JsonValue, pointer: string): string | undefined {
  const value = resolvePointer(json, `#${pointer}`);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
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
