import { type CallRequest, compareLevels, effectiveLevel, type Level } from '@signalbox/sdk';
import type { CatalogEntry, Source } from '../catalog/source.ts';
import type { Found } from '../catalog/view.ts';
import { notFound } from './resolve.ts';

/**
 * Stage 2: may this principal, through this interface, use the target?
 * What it may not use it is not told of. Errors: `not_found`. Gives the effective level.
 */
export function authorize(found: Found, request: CallRequest): Level {
  const level = effectiveLevel(request.principal, request.interface);
  if (!isAllowed(level, found.entry?.minLevel ?? found.source.spec.minLevel)) throw notFound(request);
  return level;
}

/** True when the entry may be shown in a list: it could be called now, or as soon as its source has connected. */
export function isListed(entry: CatalogEntry, level: Level): boolean {
  return isCallable(entry.source) && isAllowed(level, entry.minLevel);
}

function isCallable(source: Source): boolean {
  return source.state.status !== 'unavailable';
}

function isAllowed(level: Level, minLevel: Level): boolean {
  return compareLevels(level, minLevel) >= 0;
}
