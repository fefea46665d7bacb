/** One page, as every list of the API answers. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor?: string | undefined;
}

/** Reads a list page by page until it ends or `limit` items are there. */
export async function listAll<Item>(
  limit: number,
  readPage: (query: { limit: number; cursor?: string }) => Promise<Page<Item>>,
): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | undefined;
  while (items.length < limit) {
    const wanted = Math.min(500, limit - items.length);
    const page = await readPage({ limit: wanted, ...(cursor === undefined ? {} : { cursor }) });
    items.push(...page.items);
    if (page.nextCursor === undefined || page.items.length === 0) break;
    cursor = page.nextCursor;
  }
  return items.slice(0, limit);
}
