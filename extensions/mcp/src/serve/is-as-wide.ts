import { isScope } from '@signalbox/policy';
import { type Level, levels, type Principal } from '@signalbox/sdk';
import { principalKey } from './principal-key.ts';

const callAny = 'tools:call';

/**
 * True when a principal may go on with what another request of the same principal began: its credential allows no less,
 * and it acts for nobody else. What a wide key began is not for a narrow key of the same person.
 */
export function isAsWide(asking: Principal, began: Principal): boolean {
  if (principalKey(asking) !== principalKey(began)) return false;
  if (rankOf(asking) < rankOf(began) || !coversScopes(asking.scopes, began.scopes)) return false;
  if (!began.onBehalfOf || !asking.onBehalfOf) return began.onBehalfOf === asking.onBehalfOf;
  return isAsWide(asking.onBehalfOf, began.onBehalfOf);
}

function rankOf({ level, grant }: Principal): number {
  const rank = (each: Level): number => levels.indexOf(each);
  return grant === undefined ? rank(level) : Math.min(rank(level), rank(grant));
}

/** Absent scopes allow everything. */
function coversScopes(asking: Principal['scopes'], began: Principal['scopes']): boolean {
  if (asking === undefined) return true;
  if (began === undefined) return false;
  const covers = (scope: string): boolean =>
    asking.includes(scope) || (scope.startsWith(`${callAny}:`) && asking.includes(callAny));
  return began.filter(isScope).every(covers);
}
