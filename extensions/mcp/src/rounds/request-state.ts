import { createHash } from 'node:crypto';
import { canonicalJson } from '@signalbox/protocol';
import {
  type EntryIdentity,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type Principal,
  type Sealer,
  SignalboxError,
  type ViewName,
} from '@signalbox/sdk';

/** The request a state is bound to: only the same request of the same principal may bring it back. */
export interface StateBinding {
  readonly method: string;
  readonly params: JsonObject;
  readonly view: ViewName;
  readonly principal: Principal;
}

/** What a client carries between two rounds: the note of the upstream that asked, or the place of a call that waits here. */
export type RoundState =
  | {
      readonly kind: 'relayed';
      readonly identity: EntryIdentity;
      readonly state: JsonValue | undefined;
      /** What an approved call brings to go on. */
      readonly continuation?: string | undefined;
    }
  | { readonly kind: 'parked'; readonly id: string; readonly round: number };

/** Seals a state until `expiresAt`, UTC milliseconds (2026-07-28, patterns/mrtr, "Server Requirements"). */
export function sealState(
  sealer: Sealer,
  binding: StateBinding,
  state: RoundState,
  expiresAt: number,
): string {
  return sealer.seal(purposeOf(binding), { ...toJson(state), expiresAt });
}

/** Opens what a client brought back. Errors: `invalid_params` for anything that was not sealed for this request, or is too old. */
export function openState(
  sealer: Sealer,
  binding: StateBinding,
  requestState: JsonValue,
  now: number,
): RoundState {
  const opened = typeof requestState === 'string' ? sealer.open(purposeOf(binding), requestState) : undefined;
  const state = isJsonObject(opened) && Number(opened['expiresAt']) > now ? fromJson(opened) : undefined;
  if (state) return state;
  throw unknownState();
}

/** The refusal of a state that belongs to no call: forged, another's, of another request, used before or too old. */
export function unknownState(): SignalboxError {
  return new SignalboxError(
    'invalid_params',
    'this requestState belongs to no call that waits for you, or it has expired; make the call again without it',
  );
}

function purposeOf({ method, params, view, principal }: StateBinding): string {
  const { _meta, inputResponses: _responses, requestState: _state, ...salient } = params;
  const digest = createHash('sha256').update(canonicalJson(salient)).digest('base64url');
  return JSON.stringify(['round', principal.org, principal.kind, principal.id, view, method, digest]);
}

function toJson(state: RoundState): JsonObject {
  if (state.kind === 'parked') return { parked: state.id, round: state.round };
  const { source, originalName } = state.identity;
  return {
    source,
    originalName,
    ...(state.state === undefined ? {} : { state: state.state }),
    ...(state.continuation === undefined ? {} : { continuation: state.continuation }),
  };
}

function fromJson({
  parked,
  round,
  source,
  originalName,
  state,
  continuation,
}: JsonObject): RoundState | undefined {
  if (typeof parked === 'string' && typeof round === 'number') return { kind: 'parked', id: parked, round };
  if (typeof source !== 'string' || typeof originalName !== 'string') return undefined;
  const identity = { source, originalName };
  return typeof continuation === 'string'
    ? { kind: 'relayed', identity, state, continuation }
    : { kind: 'relayed', identity, state };
}
