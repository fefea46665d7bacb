import { type CallUse, isSignalboxError, type SignalboxError, toSignalboxError } from '@signalbox/sdk';
import type { Access } from '../access/access.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { Found } from '../catalog/view.ts';
import { authorize, refusalOf } from './authorize.ts';
import { resolve } from './resolve.ts';
import { unwrapCall } from './unwrap-call.ts';

/**
 * Why a call would be refused now to who wants to go on with one that runs or has ended; undefined when it would not. Of a
 * target that is gone nothing can be decided, so it refuses nobody. Without parameters it is asked whether any would do.
 */
export function findUseRefusal(
  { catalog, access }: { readonly catalog: Catalog; readonly access: Access },
  { params, ...use }: CallUse,
): SignalboxError | undefined {
  const request = unwrapCall(catalog, { ...use, params: params ?? {}, signal: new AbortController().signal });
  const found = find(() => resolve(catalog, request));
  if (!found || isSignalboxError(found)) return found;
  if (params !== undefined) return refusalOf(authorize(access, found, request), request);
  const target = found.entry?.target ?? found.source.unlisted(found.originalName);
  return refusalOf(access.decideAnyUse(target, request), request);
}

/** What is there; undefined for what is not, and the refusal of what cannot be asked for like this. */
function find(action: () => Found): Found | SignalboxError | undefined {
  try {
    return action();
  } catch (thrown) {
    const error = toSignalboxError(thrown);
    return error.code === 'not_found' ? undefined : error;
  }
}
