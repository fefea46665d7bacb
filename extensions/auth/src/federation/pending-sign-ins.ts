import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JsonObject } from '@signalbox/sdk';
import { z } from 'zod';
import { cookieName, readCookie, writeCookie } from '../sessions/cookies.ts';
import type { AuthStore } from '../store/auth-store.ts';
import { hashId } from '../store/hash-id.ts';

const pendingSignIn = z.object({
  provider: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  /** Whether the person must show anew who they are. */
  isAgain: z.boolean(),
  /** UTC milliseconds. */
  startedAt: z.number(),
  /** What it is for: an interaction, the hub's own pages, or to link who is signed in. */
  goal: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('interaction'), id: z.string() }),
    z.object({ kind: z.literal('page') }),
    z.object({ kind: z.literal('link'), person: z.string(), session: z.string() }),
  ]),
});

/** A sign-in somebody went to an identity provider for. */
export type PendingSignIn = z.output<typeof pendingSignIn>;

/** What it is for. */
export type SignInGoal = PendingSignIn['goal'];

const model = 'PendingSignIn';
const pendingMs = 10 * 60_000;
const afterMs = 60_000;

/**
 * Remembers who went to an identity provider, until they come back: by a state that is good once, in the browser that
 * began and in no other. The store holds a hash of the state and a seal that opens with the cookie of that browser only.
 */
export class PendingSignIns {
  readonly #store: AuthStore;
  readonly #isHttps: () => boolean;

  constructor(store: AuthStore, isHttps: () => boolean) {
    this.#store = store;
    this.#isHttps = isHttps;
  }

  /** Begins one; gives its state. */
  async begin(request: IncomingMessage, response: ServerResponse, pending: PendingSignIn): Promise<string> {
    const state = randomBytes(32).toString('base64url');
    const cookie = this.#cookieOf(request) ?? this.#giveCookie(response);
    const row = {
      model,
      id: hashId(state),
      grant_id: null,
      uid: null,
      user_code: null,
      payload: this.#store.sealer.seal(purposeOf(cookie), pending),
      expires_at: this.#store.clock.now() + pendingMs,
      consumed_at: null,
    };
    await this.#store.queries.insertInto('auth_items').values(row).execute();
    return state;
  }

  /** Ends one; undefined for a state that is unknown, over, used, or of another browser or provider. */
  async take(request: IncomingMessage, state: string, provider: string): Promise<PendingSignIn | undefined> {
    const cookie = this.#cookieOf(request);
    if (cookie === undefined) return undefined;
    const { queries, sealer, clock } = this.#store;
    const row = await queries
      .selectFrom('auth_items')
      .select('payload')
      .where('model', '=', model)
      .where('id', '=', hashId(state))
      .where('expires_at', '>', clock.now())
      .executeTakeFirst();
    const read = pendingSignIn.safeParse(row && sealer.open(purposeOf(cookie), row.payload));
    if (!read.success || read.data.provider !== provider) return undefined;
    // Of any number of requests at once one goes on.
    const done = await queries
      .updateTable('auth_items')
      .set({ consumed_at: clock.now() })
      .where('model', '=', model)
      .where('id', '=', hashId(state))
      .where('consumed_at', 'is', null)
      .executeTakeFirst();
    return done.numUpdatedRows === 1n ? read.data : undefined;
  }

  /** Says that somebody has just signed in at a provider for an interaction, in one session. */
  sealDone(interaction: string, session: string): string {
    const value: JsonObject = { interaction, session, endsAt: this.#store.clock.now() + afterMs };
    return this.#store.sealer.seal(donePurpose, value);
  }

  isDone(text: string | null, interaction: string, session: string): boolean {
    if (text === null || text.length > 2_000) return false;
    const read = doneSchema.safeParse(this.#store.sealer.open(donePurpose, text));
    return (
      read.success &&
      read.data.interaction === interaction &&
      read.data.session === session &&
      read.data.endsAt > this.#store.clock.now()
    );
  }

  #cookieOf(request: IncomingMessage): string | undefined {
    const cookie = readCookie(request, this.#name());
    return cookie !== undefined && /^[\w-]{43}$/.test(cookie) ? cookie : undefined;
  }

  #giveCookie(response: ServerResponse): string {
    const cookie = randomBytes(32).toString('base64url');
    response.appendHeader('set-cookie', writeCookie(this.#name(), cookie, this.#isHttps()));
    return cookie;
  }

  #name(): string {
    return cookieName('signalbox-provider', this.#isHttps());
  }
}

const donePurpose = 'auth/after-provider';
const doneSchema = z.object({ interaction: z.string(), session: z.string(), endsAt: z.number() });

function purposeOf(cookie: string): string {
  return `auth/${model} ${hashId(cookie)}`;
}
