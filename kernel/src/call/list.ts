import { effectiveLevel, type ListPage, type ListRequest, SignalboxError } from '@signalbox/sdk';
import type { Catalog } from '../catalog/catalog.ts';
import { isListed } from './authorize.ts';
import { findView } from './resolve.ts';

/** One page of what the principal could call now. Errors: `not_found` for the view, `invalid_params` for the cursor. */
export function list(catalog: Catalog, pageSize: number, request: ListRequest): ListPage {
  const view = findView(catalog, request.view);
  const generation = catalog.generation();
  const level = effectiveLevel(request.principal, request.interface);
  const visible = view.list(request.kind).filter(({ entry }) => isListed(entry, level));
  const after = readCursor(request);
  // The cursor is the last name shown, so a catalog that changes between pages skips and repeats nothing.
  const start = after === undefined ? 0 : visible.findIndex(({ publicName }) => publicName > after);
  const page = start === -1 ? [] : visible.slice(start, start + pageSize);
  const last = page.at(-1);
  const hasMore = last !== undefined && visible.at(-1) !== last;
  const items = page.map(({ definition }) => definition);
  return hasMore
    ? { items, generation, nextCursor: writeCursor(request, last.publicName) }
    : { items, generation };
}

function writeCursor({ kind, view }: ListRequest, after: string): string {
  return Buffer.from(JSON.stringify([kind, view, after])).toString('base64url');
}

function readCursor({ kind, view, cursor }: ListRequest): string | undefined {
  if (cursor === undefined) return undefined;
  const refused = new SignalboxError(
    'invalid_params',
    'this cursor is not one of this list; start again without a cursor',
  );
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (!Array.isArray(parts) || parts.length !== 3) throw refused;
    const [ofKind, ofView, after] = parts as unknown[];
    if (ofKind !== kind || ofView !== view || typeof after !== 'string') throw refused;
    return after;
  } catch {
    throw refused;
  }
}
