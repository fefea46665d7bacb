/** A page of a list that goes from the newest to the oldest: where it is full, the next begins before its last. */
export function toPage<View extends { readonly id: string }, Item>(
  views: readonly View[],
  limit: number,
  toItem: (view: View) => Item,
): { items: Item[]; nextCursor?: string } {
  const last = views.at(-1);
  const more = last && views.length === limit ? { nextCursor: last.id } : {};
  return { items: views.map(toItem), ...more };
}
