/** The two query parameters every list takes. */
export interface PageQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** One page of rows that were read in order of their key, one more than wanted; the cursor is the last key given. */
export async function pageOf<Row, Item>(
  rows: readonly Row[],
  { limit }: PageQuery,
  keyOf: (row: Row) => string,
  toItem: (row: Row) => Item | Promise<Item>,
): Promise<{ items: Item[]; nextCursor?: string }> {
  const shown = rows.slice(0, limit);
  const items: Item[] = [];
  for (const row of shown) items.push(await toItem(row));
  const last = shown.at(-1);
  return rows.length > limit && last !== undefined ? { items, nextCursor: keyOf(last) } : { items };
}

/** One page of a list that is at hand, sorted by its key. */
export function pageByKey<Item>(
  sorted: readonly Item[],
  { limit, cursor }: PageQuery,
  keyOf: (item: Item) => string,
): Promise<{ items: Item[]; nextCursor?: string }> {
  const rest = cursor === undefined ? sorted : sorted.filter((item) => keyOf(item) > cursor);
  return pageOf(rest.slice(0, limit + 1), { limit }, keyOf, (item) => item);
}
