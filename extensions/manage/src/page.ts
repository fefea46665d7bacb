/** One page of a list that is sorted by a text key; the cursor is the last key given. */
export function pageByKey<Item>(
  sorted: readonly Item[],
  keyOf: (item: Item) => string,
  query: { readonly limit: number; readonly cursor?: string | undefined },
): { items: Item[]; nextCursor?: string } {
  const { cursor } = query;
  const from = cursor === undefined ? 0 : sorted.findIndex((item) => keyOf(item) > cursor);
  if (from < 0) return { items: [] };
  const items = sorted.slice(from, from + query.limit);
  const last = items.at(-1);
  const isWhole = last === undefined || from + items.length >= sorted.length;
  return isWhole ? { items } : { items, nextCursor: keyOf(last) };
}

/** Orders items by a text key, the same way on every machine. */
export function sortByKey<Item>(items: readonly Item[], keyOf: (item: Item) => string): Item[] {
  return items.toSorted((a, b) => compareText(keyOf(a), keyOf(b)));
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
