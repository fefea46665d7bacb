import type { Clock, CredentialFacts, Log, SubjectRef } from '@signalbox/sdk';
import type { Kysely } from 'kysely';
import type { Change } from '../store/directory-changes.ts';
import type { DirectoryTables } from '../store/directory-tables.ts';
import { hashSecret } from '../store/hash-secret.ts';
import { readLevel, readTexts } from '../store/stored-json.ts';
import { isAllowedAddress } from './allowed-addresses.ts';
import { readKeyId } from './key-text.ts';

/** What a key stands for. */
export interface ReadKey {
  readonly subject: SubjectRef;
  readonly facts: CredentialFacts;
}

interface KnownKey extends ReadKey {
  readonly id: string;
  readonly expiresAt: number;
  readonly addresses: readonly string[] | undefined;
  usedAt: number;
}

const maxKnown = 10_000;
const minuteMs = 60_000;

/** Reads keys; those that are good are remembered by their hash until something about them changes. */
export class KeyReader {
  readonly #rows: () => Kysely<DirectoryTables>;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #known = new Map<string, KnownKey>();
  #age = 0;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(rows: () => Kysely<DirectoryTables>, clock: Clock, log: Log) {
    this.#rows = rows;
    this.#clock = clock;
    this.#log = log;
  }

  /** What a key stands for; undefined for one that is not known, expired, revoked, or comes from elsewhere. */
  async read(key: string, address: string | undefined): Promise<ReadKey | undefined> {
    const id = readKeyId(key);
    if (id === undefined) return undefined;
    const hash = hashSecret(key);
    const known = this.#known.get(hash) ?? (await this.#find(id, hash));
    if (!known || known.expiresAt <= this.#clock.now()) return undefined;
    if (known.addresses && !isAllowedAddress(known.addresses, address)) return undefined;
    this.#markUsed(known);
    return known;
  }

  /** Forgets the keys a change is about. */
  forget({ org, subject }: Change): void {
    this.#age += 1;
    for (const [hash, { subject: holder }] of this.#known) {
      const isMeant =
        (org === undefined || holder.org === org) && (subject === undefined || holder.id === subject);
      if (isMeant) this.#known.delete(hash);
    }
  }

  /** Resolves when every use that was noted is written. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  async #find(id: string, hash: string): Promise<KnownKey | undefined> {
    const age = this.#age;
    const row = await this.#rows()
      .selectFrom('directory_keys')
      .selectAll()
      .where('id', '=', id)
      .where('hash', '=', hash)
      .where('revoked_at', 'is', null)
      .executeTakeFirst();
    if (!row) return undefined;
    const known: KnownKey = {
      id,
      subject: { kind: row.subject_kind === 'service' ? 'service' : 'user', id: row.subject, org: row.org },
      facts: {
        credential: { kind: 'api-key', id, expiresAt: row.expires_at },
        scopes: readTexts(row.scopes),
        grant: readLevel(row.grant_level),
      },
      expiresAt: row.expires_at,
      addresses: row.addresses === null ? undefined : readTexts(row.addresses),
      usedAt: row.last_used_at ?? 0,
    };
    if (age === this.#age) this.#keep(hash, known);
    return known;
  }

  #keep(hash: string, known: KnownKey): void {
    this.#known.set(hash, known);
    const oldest = this.#known.size > maxKnown ? this.#known.keys().next().value : undefined;
    if (oldest !== undefined) this.#known.delete(oldest);
  }

  /** Written at most once a minute for each key; that it was used is worth no failed call. */
  #markUsed(known: KnownKey): void {
    const now = this.#clock.now();
    if (now - known.usedAt < minuteMs) return;
    known.usedAt = now;
    const write = this.#rows()
      .updateTable('directory_keys')
      .set({ last_used_at: now })
      .where('id', '=', known.id)
      .execute()
      .catch((cause: unknown) => this.#log.warn('the last use of a key was not written', { cause }));
    this.#writing = Promise.all([this.#writing, write]);
  }
}
