import { hash } from 'node:crypto';
import { addressGroup, type Clock, SignalboxError } from '@signalbox/sdk';
import type { Database } from '@signalbox/store';
import type { Transaction } from 'kysely';
import type { DirectoryTables } from '../store/directory-tables.ts';
import { readNumbers } from '../store/stored-json.ts';
import { type Allowance, type Attempts, addAttempt, forgetAt, takeBackAttempt } from './attempt-window.ts';
import { Places } from './places.ts';

/** What attempts are counted for. */
export type AttemptKind = 'account' | 'address';

const minuteMs = 60_000;
/** 5 wrong ones in 5 minutes for an account, 20 in a minute for an address (`security.md` limits). */
const allowances: { readonly [kind in AttemptKind]: Allowance } = {
  account: { limit: 5, windowMs: 5 * minuteMs, maxWaitMs: 40 * minuteMs },
  address: { limit: 20, windowMs: minuteMs, maxWaitMs: 16 * minuteMs },
};
/** A refusal is remembered this long, so that a flood of them does not reach the store. */
const refusedMs = 1_000;
const mostRefused = 10_000;
/**
 * An attempt holds a connection while it waits for the row of its account or address; so only two of a node are in the
 * store, as many as are hashed at a time, and the rest of the pool is there for everybody else.
 */
const storeBounds = { most: 2, mostWaiting: 32 };

/** Whose attempt it is. */
export interface Attempt {
  readonly login: string;
  readonly address: string;
}

/**
 * Counts wrong passwords in the store, for all nodes together. An attempt counts as wrong before it is judged, until it
 * turns out right: so no number of attempts at once, on any number of nodes, is more than the limit.
 */
export class WrongAttempts {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #places = new Places(storeBounds);
  readonly #refused = new Map<string, { readonly at: number; readonly until: number }>();

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /**
   * Takes one attempt, in one transaction; gives what is used up with it. Errors: `rate_limited` with `retryAfterMs` when
   * the account or the address has to wait; `overloaded` when too many attempts wait for the store; those of the store.
   */
  async take(attempt: Attempt): Promise<readonly AttemptKind[]> {
    const now = this.#clock.now();
    this.#checkRefused(attempt, now);
    return this.#places.run(() => this.#take(attempt, now));
  }

  #take(attempt: Attempt, now: number): Promise<readonly AttemptKind[]> {
    return this.#queries.transaction().execute(async (rows) => {
      const account = await open(rows, 'account', attempt, now);
      const address = await open(rows, 'address', attempt, now);
      for (const { kind, attempts } of [account, address])
        if (attempts.blockedUntil > now) throw this.#refuse(kind, attempt, attempts.blockedUntil);
      const reached: AttemptKind[] = [];
      for (const { kind, attempts } of [account, address]) {
        const next = addAttempt(attempts, now, allowances[kind]);
        await keep(rows, kind, attempt, next);
        if (next.blockedUntil > now) reached.push(kind);
      }
      return reached;
    });
  }

  /** The attempt was right: it does not count, and the account begins anew. */
  async forgive(attempt: Attempt): Promise<void> {
    await this.#finish(async (rows) => {
      await remove(rows, 'account', attempt);
      await takeBack(rows, 'address', attempt, this.#clock.now());
    });
  }

  /** The attempt could not be judged, so it does not count. */
  async giveBack(attempt: Attempt): Promise<void> {
    await this.#finish(async (rows) => {
      await takeBack(rows, 'account', attempt, this.#clock.now());
      await takeBack(rows, 'address', attempt, this.#clock.now());
    });
  }

  /** Removes what matters no more; one kind at a time, so that it waits for no transaction that waits for it. */
  async prune(): Promise<void> {
    for (const kind of ['account', 'address'] as const)
      await this.#queries
        .deleteFrom('directory_wrong_attempts')
        .where('kind', '=', kind)
        .where('forget_at', '<', this.#clock.now())
        .execute();
  }

  #finish(work: (rows: Rows) => Promise<void>): Promise<void> {
    return this.#places.finish(() => this.#queries.transaction().execute(work));
  }

  get #queries() {
    return this.#database.queries<DirectoryTables>();
  }

  #checkRefused(attempt: Attempt, now: number): void {
    for (const kind of ['account', 'address'] as const) {
      const refused = this.#refused.get(nameOf(kind, attempt));
      // Somebody may have got in since, here or on another node, and what was used up is free again.
      if (refused && now - refused.at < refusedMs && refused.until > now) throw tooMany(refused.until - now);
    }
  }

  #refuse(kind: AttemptKind, attempt: Attempt, until: number): SignalboxError {
    const [oldest] = this.#refused.keys();
    if (oldest !== undefined && this.#refused.size >= mostRefused) this.#refused.delete(oldest);
    const at = this.#clock.now();
    this.#refused.set(nameOf(kind, attempt), { at, until });
    return tooMany(until - at);
  }
}

type Rows = Transaction<DirectoryTables>;

/** The attempts of a kind; their row is held until the transaction ends, that of an account before that of an address. */
async function open(
  rows: Rows,
  kind: AttemptKind,
  attempt: Attempt,
  now: number,
): Promise<{ readonly kind: AttemptKind; readonly attempts: Attempts }> {
  const name = nameOf(kind, attempt);
  const fresh = { kind, name, times: '[]', rounds: 0, blocked_until: 0, forget_at: now };
  const row = await rows
    .insertInto('directory_wrong_attempts')
    .values(fresh)
    // Takes the row, which an insert that does nothing would not.
    .onConflict((conflict) => conflict.columns(['kind', 'name']).doUpdateSet({ kind }))
    .returningAll()
    .executeTakeFirstOrThrow();
  return {
    kind,
    attempts: { times: readNumbers(row.times), rounds: row.rounds, blockedUntil: row.blocked_until },
  };
}

async function keep(rows: Rows, kind: AttemptKind, attempt: Attempt, attempts: Attempts): Promise<void> {
  const { times, rounds, blockedUntil } = attempts;
  await rows
    .updateTable('directory_wrong_attempts')
    .set({
      times: JSON.stringify(times),
      rounds,
      blocked_until: blockedUntil,
      forget_at: forgetAt(attempts, allowances[kind]),
    })
    .where('kind', '=', kind)
    .where('name', '=', nameOf(kind, attempt))
    .execute();
}

async function takeBack(rows: Rows, kind: AttemptKind, attempt: Attempt, now: number): Promise<void> {
  const { attempts } = await open(rows, kind, attempt, now);
  const left = takeBackAttempt(attempts, allowances[kind]);
  if (left.times.length === 0 && left.rounds === 0) await remove(rows, kind, attempt);
  else await keep(rows, kind, attempt, left);
}

async function remove(rows: Rows, kind: AttemptKind, attempt: Attempt): Promise<void> {
  await rows
    .deleteFrom('directory_wrong_attempts')
    .where('kind', '=', kind)
    .where('name', '=', nameOf(kind, attempt))
    .execute();
}

// security: people type passwords where the login belongs; the store keeps neither.
function nameOf(kind: AttemptKind, { login, address }: Attempt): string {
  return hash('sha256', `${kind} ${kind === 'account' ? login : addressGroup(address)}`, 'base64url');
}

function tooMany(waitMs: number): SignalboxError {
  return new SignalboxError(
    'rate_limited',
    `too many wrong passwords; try again in ${Math.ceil(waitMs / 1_000)} s`,
    { details: { retryAfterMs: waitMs } },
  );
}
