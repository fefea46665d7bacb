import { listMethods } from '@signalbox/protocol';
import {
  isJsonObject,
  isSignalboxError,
  type JsonObject,
  type JsonValue,
  type ListKind,
  SignalboxError,
} from '@signalbox/sdk';
import type { Connection } from '../peer/connection.ts';

/** Bounds of the lists of one upstream. */
export interface ListBounds {
  readonly maxTools: number;
  readonly maxPages: number;
}

/** The items of one list, and whether there were more than may be taken. */
export interface ListedItems {
  readonly items: readonly JsonValue[];
  readonly isCut: boolean;
}

const capabilityOf: { readonly [kind in ListKind]: string } = {
  tool: 'tools',
  resource: 'resources',
  template: 'resources',
  prompt: 'prompts',
};

const methodOfList = Object.fromEntries(
  Object.entries(listMethods).map(([method, { kind, member }]) => [kind, { method, member }]),
);

/** True when the upstream declares that it has things of this kind. */
export function offersKind({ facts }: Connection, kind: ListKind): boolean {
  return isJsonObject(facts.capabilities[capabilityOf[kind]]);
}

/** Reads one list, all pages of it. An upstream that does not know the method has nothing of this kind. */
export async function listAll(
  connection: Connection,
  kind: ListKind,
  bounds: ListBounds,
  signal: AbortSignal,
): Promise<ListedItems> {
  const { method, member } = methodOfList[kind] ?? { method: '', member: '' };
  const maxItems = kind === 'tool' ? bounds.maxTools : bounds.maxTools * 10;
  const items: JsonValue[] = [];
  const seen = new Set<string>();
  let cursor: string | undefined;
  do {
    const page = await readPage(connection, { method, cursor, signal });
    items.push(...readItems(method, member, page));
    cursor = typeof page['nextCursor'] === 'string' ? page['nextCursor'] : undefined;
    if (items.length > maxItems || seen.size >= bounds.maxPages)
      return { items: items.slice(0, maxItems), isCut: true };
    // A cursor that comes twice would go round for ever.
    if (cursor !== undefined && seen.has(cursor)) return { items, isCut: true };
    seen.add(cursor ?? '');
  } while (cursor !== undefined);
  return { items, isCut: false };
}

interface PageRequest {
  readonly method: string;
  readonly cursor: string | undefined;
  readonly signal: AbortSignal;
}

async function readPage(
  connection: Connection,
  { method, cursor, signal }: PageRequest,
): Promise<JsonObject> {
  try {
    return await connection.request(method, cursor === undefined ? {} : { cursor }, signal);
  } catch (error) {
    if (cursor === undefined && isUnknownMethod(error)) return {};
    throw error;
  }
}

function readItems(method: string, member: string, page: JsonObject): readonly JsonValue[] {
  const items = page[member];
  if (Array.isArray(items)) return items;
  if (items === undefined && Object.keys(page).length === 0) return [];
  throw new SignalboxError('upstream_invalid_answer', `the answer to ${method} has no list "${member}"`);
}

function isUnknownMethod(error: unknown): boolean {
  if (!isSignalboxError(error) || !isJsonObject(error.details)) return false;
  const { rpc } = error.details;
  return isJsonObject(rpc) && rpc['code'] === -32601;
}
