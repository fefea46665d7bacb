import { type UpstreamDefinition, upstreamDefinition } from '@signalbox/sdk';
import type { Database } from '@signalbox/store';
import { type GatewayTables, localOrg } from './gateway-tables.ts';

/** The definitions of upstreams that were added while the hub ran. */
export class StoredDefinitions {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Every definition, and the names of those that cannot be read any more. */
  async readAll(): Promise<{
    definitions: ReadonlyMap<string, UpstreamDefinition>;
    broken: readonly string[];
  }> {
    const rows = await this.#queries
      .selectFrom('gateway_definitions')
      .selectAll()
      .where('org', '=', localOrg)
      .execute();
    const definitions = new Map<string, UpstreamDefinition>();
    const broken: string[] = [];
    for (const { name, definition } of rows) {
      const read = upstreamDefinition.safeParse(parse(definition));
      if (read.success) definitions.set(name, read.data);
      else broken.push(name);
    }
    return { definitions, broken };
  }

  async add(name: string, definition: UpstreamDefinition, createdAt: number): Promise<void> {
    await this.#queries
      .insertInto('gateway_definitions')
      .values({ org: localOrg, name, definition: JSON.stringify(definition), created_at: createdAt })
      .execute();
  }

  async remove(name: string): Promise<void> {
    await this.#queries
      .deleteFrom('gateway_definitions')
      .where('org', '=', localOrg)
      .where('name', '=', name)
      .execute();
  }

  get #queries() {
    return this.#database.queries<GatewayTables>();
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
