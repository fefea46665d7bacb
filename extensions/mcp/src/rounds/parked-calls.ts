import { randomBytes } from 'node:crypto';
import { type Clock, type Principal, SignalboxError } from '@signalbox/sdk';
import { principalKey } from '../serve/principal-key.ts';
import type { LiveCall } from './live-call.ts';
import { type RoundState, unknownState } from './request-state.ts';

/** How many calls may wait for answers, and how long. */
export interface ParkingRules {
  readonly maxParked: number;
  readonly maxParkedPerPrincipal: number;
  readonly parkedMs: number;
}

interface Parked {
  readonly call: LiveCall;
  readonly owner: string;
  readonly round: number;
  readonly cancelTimer: () => void;
}

/**
 * The calls of this process that wait for answers which come in another request. Each round has a handle of its own; one
 * that nobody comes back to is given up, and its upstream told so.
 */
export class ParkedCalls {
  readonly #rules: ParkingRules;
  readonly #clock: Clock;
  readonly #parked = new Map<string, Parked>();
  readonly #rounds = new WeakMap<LiveCall, number>();

  constructor(rules: ParkingRules, clock: Clock) {
    this.#rules = rules;
    this.#clock = clock;
  }

  /** Sets a call aside for whose it is. Errors: `overloaded` when too many wait; then the call is given up. */
  park(call: LiveCall): { readonly state: RoundState; readonly expiresAt: number } {
    const owner = principalKey(call.begun.principal);
    this.#checkRoom(call, owner);
    const id = randomBytes(16).toString('base64url');
    const round = (this.#rounds.get(call) ?? 0) + 1;
    this.#rounds.set(call, round);
    const cancelTimer = this.#clock.after(this.#rules.parkedMs, () => this.#giveUp(id));
    this.#parked.set(id, { call, owner, round, cancelTimer });
    return { state: { kind: 'parked', id, round }, expiresAt: this.#clock.now() + this.#rules.parkedMs };
  }

  /**
   * Takes a call back for the round it waits in, when `mayTake` does not throw; else it waits on.
   * Errors: `invalid_params` for one that is not there for this principal, and what `mayTake` throws.
   */
  take(
    { id, round }: Extract<RoundState, { kind: 'parked' }>,
    principal: Principal,
    mayTake: (call: LiveCall) => void,
  ): LiveCall {
    const parked = this.#parked.get(id);
    if (parked?.round !== round || parked.owner !== principalKey(principal)) throw unknownState();
    mayTake(parked.call);
    this.#remove(id, parked);
    if (parked.call.signal.aborted) throw unknownState();
    return parked.call;
  }

  /** Gives every call up: the hub stops. */
  closeAll(): void {
    for (const [id, parked] of this.#parked) {
      this.#remove(id, parked);
      parked.call.cancel(new SignalboxError('cancelled', 'the hub stops'));
    }
  }

  #giveUp(id: string): void {
    const parked = this.#parked.get(id);
    if (!parked) return;
    this.#remove(id, parked);
    const text = `nobody answered within ${this.#rules.parkedMs} ms what this call had to ask`;
    parked.call.cancel(new SignalboxError('timeout', text));
  }

  #remove(id: string, parked: Parked): void {
    parked.cancelTimer();
    this.#parked.delete(id);
  }

  /** Makes room where there is none: a call that has ended waits only to be asked for its result. */
  #checkRoom(call: LiveCall, owner: string): void {
    const { maxParked, maxParkedPerPrincipal } = this.#rules;
    const isFull = (): boolean => this.#parked.size >= maxParked;
    let own = [...this.#parked.values()].filter((parked) => parked.owner === owner).length;
    for (const [id, parked] of this.#parked) {
      if (!isFull() && own < maxParkedPerPrincipal) return;
      const isOwn = parked.owner === owner;
      if (!parked.call.isEnded || !(isOwn || isFull())) continue;
      this.#remove(id, parked);
      if (isOwn) own--;
    }
    if (!isFull() && own < maxParkedPerPrincipal) return;
    const setting = own < maxParkedPerPrincipal ? 'mcp.maxParked' : 'mcp.maxParkedPerPrincipal';
    const error = new SignalboxError(
      'overloaded',
      `too many calls wait for answers; answer or abandon some, or raise ${setting}`,
    );
    call.cancel(error);
    throw error;
  }
}
