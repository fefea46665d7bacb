import type { Decision } from '@signalbox/policy';
import { type CallRequest, SignalboxError } from '@signalbox/sdk';
import type { Access } from '../access/access.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { Found } from '../catalog/view.ts';
import { authorize, refusalOf } from './authorize.ts';
import { hashDefinition } from './definition-hash.ts';
import { resolve } from './resolve.ts';

/** What was true of a call when it began to wait. */
export interface Decided {
  /** As its caller made it. */
  readonly request: CallRequest;
  readonly found: Found;
  readonly decision: Decision;
}

/**
 * For a call that has waited for its approval: what was decided before may be decided otherwise now, and somebody has
 * approved what was there then. Errors: those of a refused call; `approval_required` when rules or definition are others.
 */
export function decideAgain(
  { catalog, access }: { readonly catalog: Catalog; readonly access: Access },
  { request, found, decision }: Decided,
): void {
  const foundNow = resolve(catalog, request);
  const now = authorize(access, foundNow, request);
  const refusal = refusalOf(now, request);
  if (refusal) throw refusal;
  if (now.policyVersion !== decision.policyVersion || !isSame(now, decision)) throw changed('the rules');
  const isSameTarget = foundNow.source === found.source && hashDefinition(foundNow) === hashDefinition(found);
  if (!isSameTarget) throw changed('the definition of what is called');
}

/** Times of day may change what the same rules say. */
function isSame(now: Decision, before: Decision): boolean {
  return now.effect === before.effect && now.rules.join('\n') === before.rules.join('\n');
}

function changed(what: string): SignalboxError {
  return new SignalboxError(
    'approval_required',
    `${what} changed while this call waited, so that its approval is not for it any more; make it again to ask again`,
  );
}
