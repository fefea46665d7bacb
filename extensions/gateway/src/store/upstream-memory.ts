import type { Era } from '@signalbox/protocol';
import {
  isJsonObject,
  type SourceEntry,
  type UpstreamAccount,
  type UpstreamTransport,
  upstreamTransport,
} from '@signalbox/sdk';
import type { Database } from '@signalbox/store';
import { z } from 'zod';
import { type GatewayTables, localOrg } from './gateway-tables.ts';

/** What is remembered of an upstream. */
export interface Remembered {
  readonly definitionHash: string;
  readonly era: Era;
  /** Undefined where an older hub wrote it down. */
  readonly transport: UpstreamTransport | undefined;
  readonly version: string;
  readonly entries: readonly SourceEntry[];
  /** Over whose account they were listed; undefined where none was needed. */
  readonly lister: UpstreamAccount | undefined;
  /** When its era was found out, UTC milliseconds. */
  readonly probedAt: number;
}

const storedAccount = z.object({
  org: z.string(),
  subject: z.object({ kind: z.enum(['user', 'service']), id: z.string() }).optional(),
});

const storedEntries = z.array(
  z.object({
    kind: z.enum(['tool', 'resource', 'template', 'prompt']),
    name: z.string(),
    definition: z.custom<SourceEntry['definition']>(isJsonObject),
  }),
);

/** Keeps what was found out about upstreams over a restart. */
export class UpstreamMemory {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Everything remembered, by name; rows that cannot be read are as if they were not there. */
  async readAll(): Promise<ReadonlyMap<string, Remembered>> {
    const rows = await this.#queries
      .selectFrom('gateway_upstreams')
      .selectAll()
      .where('org', '=', localOrg)
      .execute();
    const known = new Map<string, Remembered>();
    for (const { name, definition_hash, era, transport, version, entries, listed_over, probed_at } of rows) {
      const read = storedEntries.safeParse(parse(entries));
      if (!read.success || (era !== 'legacy' && era !== 'modern')) continue;
      known.set(name, {
        definitionHash: definition_hash,
        era,
        transport: upstreamTransport.safeParse(transport).data,
        version,
        entries: read.data,
        lister: toAccount(listed_over),
        probedAt: Number(probed_at),
      });
    }
    return known;
  }

  async write(name: string, remembered: Remembered): Promise<void> {
    const { definitionHash, era, transport, version, entries, lister, probedAt } = remembered;
    const found = {
      definition_hash: definitionHash,
      era,
      transport: transport ?? '',
      version,
      entries: JSON.stringify(entries),
      listed_over: lister ? JSON.stringify(lister) : '',
      probed_at: probedAt,
    };
    await this.#queries
      .insertInto('gateway_upstreams')
      .values({ org: localOrg, name, ...found })
      .onConflict((conflict) => conflict.columns(['org', 'name']).doUpdateSet(found))
      .execute();
  }

  async forget(name: string): Promise<void> {
    await this.#queries
      .deleteFrom('gateway_upstreams')
      .where('org', '=', localOrg)
      .where('name', '=', name)
      .execute();
  }

  get #queries() {
    return this.#database.queries<GatewayTables>();
  }
}

function toAccount(text: string): UpstreamAccount | undefined {
  const { data } = storedAccount.safeParse(parse(text));
  return data && { org: data.org, ...(data.subject ? { subject: data.subject } : {}) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
