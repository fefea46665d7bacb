import { type ListPage, type ListRequest, type Sealer, SignalboxError } from '@signalbox/sdk';
import type { Access } from '../access/access.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { isListed } from './authorize.ts';
import { findView } from './resolve.ts';

/** What listing works with. */
export interface Lister {
  readonly catalog: Catalog;
  readonly access: Access;
  readonly sealer: Sealer;
  readonly pageSize: number;
}

/** One page of what the principal could call now. Errors: `not_found` for the view, `invalid_params` for the cursor. */
export function list({ catalog, access, sealer, pageSize }: Lister, request: ListRequest): ListPage {
  const view = findView(catalog, request.view);
  const generation = catalog.generation();
  const visible = view.list(request.kind).filter(({ entry }) => isListed(access, entry, request));
  const after = readCursor(sealer, request);
  // The cursor is the last name shown, so a catalog that changes between pages skips and repeats nothing.
  const start = after === undefined ? 0 : visible.findIndex(({ publicName }) => publicName > after);
  const page = start === -1 ? [] : visible.slice(start, start + pageSize);
  const last = page.at(-1);
  const hasMore = last !== undefined && visible.at(-1) !== last;
  const items = page.map(({ definition }) => definition);
  return hasMore
    ? { items, generation, nextCursor: sealer.seal(purposeOf(request), last.publicName) }
    : { items, generation };
}

/** A cursor is good for one list of one view, and for the one who was given it. */
function purposeOf({ kind, view, principal }: ListRequest): string {
  return JSON.stringify(['cursor', kind, view, principal.org, principal.kind, principal.id]);
}

function readCursor(sealer: Sealer, request: ListRequest): string | undefined {
  if (request.cursor === undefined) return undefined;
  const after = sealer.open(purposeOf(request), request.cursor);
  if (typeof after === 'string') return after;
  throw new SignalboxError(
    'invalid_params',
    'this cursor is not one of this list; start again without a cursor',
  );
}
