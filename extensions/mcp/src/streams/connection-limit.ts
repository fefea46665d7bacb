import { type Principal, SignalboxError } from '@signalbox/sdk';
import { principalKey } from '../serve/principal-key.ts';

/** How many connections there may be. */
export interface ConnectionBounds {
  readonly maxConnections: number;
  readonly maxConnectionsPerPrincipal: number;
}

/** Counts the connections that stay open, of each principal and of all. */
export class ConnectionLimit {
  readonly #bounds: ConnectionBounds;
  readonly #open = new Map<string, number>();
  #total = 0;

  constructor(bounds: ConnectionBounds) {
    this.#bounds = bounds;
  }

  /** Counts one more; the result, called once, takes it off. Errors: `overloaded`. */
  take(principal: Principal): () => void {
    const { maxConnections, maxConnectionsPerPrincipal } = this.#bounds;
    const key = principalKey(principal);
    const own = this.#open.get(key) ?? 0;
    if (this.#total >= maxConnections) throw tooMany('this hub', this.#total, 'maxConnections');
    if (own >= maxConnectionsPerPrincipal)
      throw tooMany(`"${principal.id}"`, own, 'maxConnectionsPerPrincipal');
    this.#total++;
    this.#open.set(key, own + 1);
    return () => this.#release(key);
  }

  #release(key: string): void {
    this.#total--;
    const left = (this.#open.get(key) ?? 1) - 1;
    if (left === 0) this.#open.delete(key);
    else this.#open.set(key, left);
  }
}

function tooMany(who: string, count: number, setting: string): SignalboxError {
  return new SignalboxError(
    'overloaded',
    `${who} already has ${count} connections open; close one, or raise mcp.${setting}`,
  );
}
