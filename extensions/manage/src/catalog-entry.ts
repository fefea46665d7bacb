import type { CatalogEntry, CatalogEntryDetail } from '@signalbox/api';
import type { CatalogItem } from '@signalbox/sdk';

/** A catalog item as a list shows it. */
export function toEntry(item: CatalogItem): CatalogEntry {
  const { title, description } = item.definition;
  return {
    name: item.name,
    source: item.source,
    originalName: item.originalName,
    ...(typeof title === 'string' ? { title } : {}),
    ...(typeof description === 'string' ? { description } : {}),
    minLevel: item.minLevel,
    state: item.state.status,
    ...(item.state.status === 'unavailable' ? { reason: item.state.reason } : {}),
  };
}

/** A catalog item with its full MCP definition. */
export function toDetail(item: CatalogItem): CatalogEntryDetail {
  return { ...toEntry(item), definition: item.definition };
}
