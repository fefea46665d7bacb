import type { CatalogItem } from '@signalbox/sdk';

/** True when every word occurs in the name, title or description; upper and lower case count the same. */
export function matchesSearch(item: CatalogItem, search: string): boolean {
  const { title, description } = item.definition;
  const text = [item.name, title, description]
    .filter((part) => typeof part === 'string')
    .join('\n')
    .toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
