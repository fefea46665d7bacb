import { callMethods } from '@signalbox/protocol';
import {
  type CallInterface,
  type Calls,
  type CallUse,
  type JsonObject,
  type Principal,
  SignalboxError,
  type Viewer,
  type ViewName,
} from '@signalbox/sdk';
import { isAsWide } from './is-as-wide.ts';

/** What a request has begun: whose it is, and which entry it uses where it uses one. */
export interface Begun extends Viewer {
  readonly use?: Pick<CallUse, 'kind' | 'view' | 'target' | 'params'>;
}

/** What a request begins; one that is malformed uses nothing. */
export function begunBy(
  place: { readonly view: ViewName; readonly principal: Principal; readonly interface: CallInterface },
  { method, params }: { readonly method: string; readonly params: JsonObject },
): Begun {
  const { view, principal, interface: through } = place;
  const call = Object.hasOwn(callMethods, method) ? callMethods[method] : undefined;
  const target = call && params[call.target];
  const whose = { principal, interface: through };
  return call && typeof target === 'string'
    ? { ...whose, use: { kind: call.kind, view, target, params } }
    : whose;
}

/**
 * Lets go on with what was begun only who could make the call now, and with a credential that allows as much: what a wide
 * key began is not for a narrow one of the same person. Errors: those of a refused call, `forbidden`.
 */
export function checkGoOn(calls: Calls, begun: Begun, { principal, interface: through }: Viewer): void {
  const refusal = begun.use && calls.findRefusal({ ...begun.use, principal, interface: through });
  if (refusal) throw refusal;
  if (!isAsWide(principal, begun.principal)) throw mayNotGoOn();
}

/** The refusal of a credential that is not for what another request of the same person began. */
export function mayNotGoOn(): SignalboxError {
  return new SignalboxError(
    'forbidden',
    'this credential may not go on with what another request began; use the one that began it, or one that allows as much',
  );
}
