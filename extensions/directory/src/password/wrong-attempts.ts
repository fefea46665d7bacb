import { hash } from 'node:crypto';
import { addressGroup, type Clock, SignalboxError } from '@signalbox/sdk';
import type { Database } from '@signalbox/store';
import type { Transaction } from 'kysely';
import type { DirectoryTables } from '../store/directory-tables.ts';
import { readNumbers } from '../store/stored-json.ts';
import { type Allowance, type Attempts, addAttempt, forgetAt, takeBackAttempt } from './attempt-window.ts';
import { Places } from './places.ts';

/** What attempts are counted for: `own` are those of a person at their own password, whom strangers cannot hold up. */
export type AttemptKind = 'account' | 'address' | 'own';

const minuteMs = 60_000;
/** 5 wrong ones in 5 minutes for an account, and for a person who changes their own password, 20 in a minute for an address (`security.md` limits). */
const allowances: { readonly [kind in AttemptKind]: Allowance } = {
  account: { limit: 5, windowMs: 5 * minuteMs, maxWaitMs: 40 * minuteMs },
  own: { limit: 5, windowMs: 5 * minuteMs, maxWaitMs: 40 * minuteMs },
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

/** Whose attempt it is: at a login from an address, or that of a person, by id, who is known already. */
export type Attempt = { readonly login: string; readonly address: string } | { readonly own: string };

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
      const opened: Opened[] = [];
      for (const counter of countersOf(attempt)) opened.push(await open(rows, counter, now));
      for (const { counter, attempts } of opened)
        if (attempts.blockedUntil > now) throw this.#refuse(counter, attempts.blockedUntil);
      const reached: AttemptKind[] = [];
      for (const { counter, attempts } of opened) {
        const next = addAttempt(attempts, now, allowances[counter.kind]);
        await keep(rows, counter, next);
        if (next.blockedUntil > now) reached.push(counter.kind);
      }
      return reached;
    });
  }

  /** The attempt was right: it does not count, and the account begins anew. */
  async forgive(attempt: Attempt): Promise<void> {
    await this.#finish(async (rows) => {
      for (const counter of countersOf(attempt))
        if (counter.kind === 'address') await takeBack(rows, counter, this.#clock.now());
        else await remove(rows, counter);
    });
  }

  /** The attempt could not be judged, so it does not count. */
  async giveBack(attempt: Attempt): Promise<void> {
    await this.#finish(async (rows) => {
      for (const counter of countersOf(attempt)) await takeBack(rows, counter, this.#clock.now());
    });
  }

  /** Removes what matters no more; one kind at a time, so that it waits for no transaction that waits for it. */
  async prune(): Promise<void> {
    for (const kind of ['account', 'address', 'own'] as const)
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
    for (const { name } of countersOf(attempt)) {
      const refused = this.#refused.get(name);
      // Somebody may have got in since, here or on another node, and what was used up is free again.
      if (refused && now - refused.at < refusedMs && refused.until > now) throw tooMany(refused.until - now);
    }
  }

  #refuse({ name }: Counter, until: number): SignalboxError {
    const [oldest] = this.#refused.keys();
    if (oldest !== undefined && this.#refused.size >= mostRefused) this.#refused.delete(oldest);
    const at = this.#clock.now();
    this.#refused.set(name, { at, until });
    return tooMany(until - at);
  }
}

type Rows = Transaction<DirectoryTables>;

/** What one attempt counts for. */
interface Counter {
  readonly kind: AttemptKind;
  readonly name: string;
}

interface Opened {
  readonly counter: Counter;
  readonly attempts: Attempts;
}

/** In the order in which their rows are taken, that of an account before that of an address. */
function countersOf(attempt: Attempt): readonly Counter[] {
  if ('own' in attempt) return [counter('own', attempt.own)];
  return [counter('account', attempt.login), counter('address', addressGroup(attempt.address))];
}

// security: people type passwords where the login belongs; the store keeps neither.
function counter(kind: AttemptKind, text: string): Counter {
  return { kind, name: hash('sha256', `${kind} ${text}`, 'base64url') };
}

/** The attempts of a counter; its row is held until the transaction ends. */
async function open(rows: Rows, counter: Counter, now: number): Promise<Opened> {
  const { kind } = counter;
  const fresh = { ...counter, times: '[]', rounds: 0, blocked_until: 0, forget_at: now };
  const row = await rows
    .insertInto('directory_wrong_attempts')
    .values(fresh)
    // Takes the row, which an insert that does nothing would not.
    .onConflict((conflict) => conflict.columns(['kind', 'name']).doUpdateSet({ kind }))
    .returningAll()
    .executeTakeFirstOrThrow();
  return {
    counter,
    attempts: { times: readNumbers(row.times), rounds: row.rounds, blockedUntil: row.blocked_until },
  };
}

async function keep(rows: Rows, { kind, name }: Counter, attempts: Attempts): Promise<void> {
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
    .where('name', '=', name)
    .execute();
}

async function takeBack(rows: Rows, counter: Counter, now: number): Promise<void> {
  const { attempts } = await open(rows, counter, now);
  const left = takeBackAttempt(attempts, allowances[counter.kind]);
  if (left.times.length === 0 && left.rounds === 0) await remove(rows, counter);
  else await keep(rows, counter, left);
}

async function remove(rows: Rows, { kind, name }: Counter): Promise<void> {
  await rows
    .deleteFrom('directory_wrong_attempts')
    .where('kind', '=', kind)
    .where('name', '=', name)
    .execute();
}

function tooMany(waitMs: number): SignalboxError {
  return new SignalboxError(
    'rate_limited',
    `too many wrong passwords; try again in ${Math.ceil(waitMs / 1_000)} s`,
    { details: { retryAfterMs: waitMs } },
  );
}
