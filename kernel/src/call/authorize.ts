import type { Decision } from '@signalbox/policy';
import { toPlainNumbers } from '@signalbox/protocol';
import { type CallRequest, isJsonObject, type JsonObject, SignalboxError, type Viewer } from '@signalbox/sdk';
import type { Access } from '../access/access.ts';
import type { CatalogEntry } from '../catalog/source.ts';
import type { Found } from '../catalog/view.ts';
import { notFound } from './resolve.ts';

/** Stage 2: may this principal, through this interface, use the target with these arguments? Decides nothing else. */
export function authorize(access: Access, found: Found, request: CallRequest): Decision {
  const target = found.entry?.target ?? found.source.unlisted(found.originalName);
  return access.decide(target, request, () => argumentsOf(found, request));
}

/**
 * The error a refused call is answered with; undefined for a call that may go on. Of what it may not see nobody is told.
 * Errors: `not_found`, `insufficient_scope` with `details.scopes`, `forbidden`.
 */
export function refusalOf(decision: Decision, request: CallRequest): SignalboxError | undefined {
  if (decision.effect !== 'deny') return undefined;
  if (decision.isHidden) return notFound(request);
  if (decision.missingScopes)
    return new SignalboxError(
      'insufficient_scope',
      `the token does not allow this; sign in again with the scope ${decision.missingScopes.join(' ')}`,
      { details: { scopes: [...decision.missingScopes] } },
    );
  return new SignalboxError(
    'forbidden',
    'the rules of your organization refuse this with these arguments or at this time; "signalbox why" tells more',
  );
}

/** True when the entry may be shown in a list: it could be called now, or as soon as its source has connected. */
export function isListed(access: Access, { source, target }: CatalogEntry, viewer: Viewer): boolean {
  return source.state.status !== 'unavailable' && access.mayShow(target, viewer);
}

/** What a rule can look at: a tool's and a prompt's arguments, a resource's URI as its source knows it, under whatever name it was asked for. */
function argumentsOf({ originalName }: Found, { kind, params }: CallRequest): JsonObject {
  if (kind === 'resource' || kind === 'subscription') return { uri: originalName };
  const given = kind === 'completion' ? {} : params['arguments'];
  const plain = isJsonObject(given) ? toPlainNumbers(given) : {};
  return isJsonObject(plain) ? plain : {};
}
