import {
  type Clock,
  type NamedSecrets,
  type Principal,
  type Redact,
  type SecretPlace,
  type SecretVault,
  type SecretWish,
  SignalboxError,
} from '@signalbox/sdk';
import type { Database } from '@signalbox/store';
import { z } from 'zod';
import { fitsTool } from './fits-tool.ts';
import { GivenValues } from './given-values.ts';
import type { NamedSecretRow, NamedSecretTables } from './secret-table.ts';

const maxSecrets = 500;
const maxBytes = 8_192;

/** A secret without its value. */
export interface SecretFacts {
  readonly name: string;
  readonly tools: readonly string[];
  readonly description: string | undefined;
  readonly changedAt: number;
  readonly changedBy: string;
}

/** What a secret is set to. */
export interface SecretContent {
  readonly value: string;
  readonly tools: readonly string[];
  readonly description?: string | undefined;
}

/** Keeps the secrets of organizations that have names, sealed, each with the tools that may be given it. */
export class NamedSecretBook implements NamedSecrets {
  readonly #database: Database;
  readonly #vault: SecretVault;
  readonly #clock: Clock;
  readonly #given = new GivenValues();

  constructor(database: Database, vault: SecretVault, clock: Clock) {
    this.#database = database;
    this.#vault = vault;
    this.#clock = clock;
  }

  readonly redactorFor = (upstream: string): Redact => this.#given.redactorFor(upstream);

  async findRefusal(wish: SecretWish): Promise<SignalboxError | undefined> {
    const row = await this.#find(wish.org, wish.secret);
    return refusalOf(row, wish);
  }

  async open(wish: SecretWish): Promise<string> {
    const row = await this.#find(wish.org, wish.secret);
    const refusal = refusalOf(row, wish);
    if (refusal) throw refusal;
    if (!row) throw notThere(wish);
    const value = await this.#vault.open(placeOf(row), row.sealed);
    this.#given.add(wish.tool.source, value);
    return value;
  }

  /** By name, without values. */
  async list(org: string, limit: number): Promise<readonly SecretFacts[]> {
    const rows = await this.#rows
      .selectFrom('vault_secrets')
      .selectAll()
      .where('org', '=', org)
      .orderBy('name')
      .limit(limit)
      .execute();
    return rows.map(toFacts);
  }

  /** Makes a secret, or puts another value and other tools into it. Errors: `invalid_params`, `too_large` for one too many. */
  async set(
    { org, kind, id }: Pick<Principal, 'org' | 'kind' | 'id'>,
    name: string,
    { value, tools, description }: SecretContent,
  ): Promise<SecretFacts> {
    if (Buffer.byteLength(value) > maxBytes || !value.isWellFormed())
      throw new SignalboxError('invalid_params', `a secret is text of at most ${maxBytes} bytes`);
    if (!(await this.#find(org, name)) && (await this.#count(org)) >= maxSecrets)
      throw new SignalboxError(
        'too_large',
        `the organization has ${maxSecrets} secrets already; remove one first`,
      );
    const place = { org, name, tools: JSON.stringify(tools) };
    const changes = {
      sealed: await this.#vault.seal(placeOf(place), value),
      tools: place.tools,
      description: description ?? null,
      changed_at: this.#clock.now(),
      changed_by: `${kind} ${id}`,
    };
    await this.#rows
      .insertInto('vault_secrets')
      .values({ org, name, ...changes })
      .onConflict((conflict) => conflict.columns(['org', 'name']).doUpdateSet(changes))
      .execute();
    return toFacts({ org, name, ...changes });
  }

  /** Errors: `not_found`. */
  async remove(org: string, name: string): Promise<void> {
    const { numDeletedRows } = await this.#rows
      .deleteFrom('vault_secrets')
      .where('org', '=', org)
      .where('name', '=', name)
      .executeTakeFirst();
    if (Number(numDeletedRows) === 0)
      throw new SignalboxError(
        'not_found',
        `there is no secret "${name}"; "signalbox secret list" shows them`,
      );
  }

  async removeOrganization(org: string): Promise<void> {
    await this.#rows.deleteFrom('vault_secrets').where('org', '=', org).execute();
  }

  #find(org: string, name: string): Promise<NamedSecretRow | undefined> {
    return this.#rows
      .selectFrom('vault_secrets')
      .selectAll()
      .where('org', '=', org)
      .where('name', '=', name)
      .executeTakeFirst();
  }

  async #count(org: string): Promise<number> {
    const row = await this.#rows
      .selectFrom('vault_secrets')
      .select((select) => select.fn.countAll<number>().as('count'))
      .where('org', '=', org)
      .executeTakeFirst();
    return row?.count ?? 0;
  }

  get #rows() {
    return this.#database.queries<NamedSecretTables>();
  }
}

function refusalOf(row: NamedSecretRow | undefined, wish: SecretWish): SignalboxError | undefined {
  if (!row) return notThere(wish);
  if (fitsTool(toolsOf(row), wish.tool)) return undefined;
  return new SignalboxError(
    'forbidden',
    `the secret "${wish.secret}" may not be given to "${addressOf(wish)}"; who administers the organization names its tools: ${commandFor(wish)}`,
  );
}

function notThere(wish: SecretWish): SignalboxError {
  return new SignalboxError(
    'not_found',
    `there is no secret "${wish.secret}"; who administers the organization sets it: ${commandFor(wish)}`,
  );
}

function addressOf({ tool: { source, originalName } }: SecretWish): string {
  return `${source}.${originalName}`.slice(0, 240);
}

function commandFor(wish: SecretWish): string {
  return `signalbox secret set ${wish.secret} --tool '${addressOf(wish)}'`;
}

/** What a value is for is part of its seal: it opens for no other name, and with no other tools. */
function placeOf({ org, name, tools }: Pick<NamedSecretRow, 'org' | 'name' | 'tools'>): SecretPlace {
  return { org, owner: 'named-secrets', name: `${name} ${tools}` };
}

const toolList = z.array(z.string());

function toolsOf({ tools }: Pick<NamedSecretRow, 'tools'>): readonly string[] {
  return toolList.parse(JSON.parse(tools));
}

function toFacts(row: NamedSecretRow): SecretFacts {
  return {
    name: row.name,
    tools: toolsOf(row),
    description: row.description ?? undefined,
    changedAt: row.changed_at,
    changedBy: row.changed_by,
  };
}
