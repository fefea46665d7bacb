import {
  isSignalboxError,
  type SecretPlace,
  type SecretVault,
  SignalboxError,
  type UpstreamDefinition,
  upstreamDefinition,
} from '@signalbox/sdk';
import type { Database } from '@signalbox/store';
import { holdsSecrets } from './definition-secrets.ts';
import { type GatewayTables, localOrg } from './gateway-tables.ts';

/** What was added while the hub ran: the definitions, and why others cannot be used. */
export interface ReadDefinitions {
  readonly definitions: ReadonlyMap<string, UpstreamDefinition>;
  readonly broken: ReadonlyMap<string, string>;
}

/** The definitions of upstreams that were added while the hub ran; the store gets them sealed. */
export class StoredDefinitions {
  readonly #database: Database;
  readonly #vault: SecretVault | undefined;

  constructor(database: Database, vault: SecretVault | undefined) {
    this.#database = database;
    this.#vault = vault;
  }

  /** Every definition, and those that cannot be read, with the reason. What is there in clear is sealed. */
  async readAll(): Promise<ReadDefinitions> {
    const rows = await this.#queries
      .selectFrom('gateway_definitions')
      .selectAll()
      .where('org', '=', localOrg)
      .execute();
    const definitions = new Map<string, UpstreamDefinition>();
    const broken = new Map<string, string>();
    for (const { name, definition } of rows) {
      const text = await this.#open(name, definition);
      const read = upstreamDefinition.safeParse(text.isOpen ? parse(text.value) : undefined);
      if (read.success) definitions.set(name, read.data);
      else broken.set(name, text.isOpen ? unreadable : text.value);
      if (read.success && isClear(definition)) await this.#sealStored(name, definition);
    }
    return { definitions, broken };
  }

  /** Keeps a definition. Errors: `unsupported` for one with secrets where nothing can seal them. */
  async add(name: string, definition: UpstreamDefinition, createdAt: number): Promise<void> {
    const sealed = await this.#seal(name, definition);
    await this.#queries
      .insertInto('gateway_definitions')
      .values({ org: localOrg, name, definition: sealed, created_at: createdAt })
      .execute();
  }

  async remove(name: string): Promise<void> {
    await this.#queries
      .deleteFrom('gateway_definitions')
      .where('org', '=', localOrg)
      .where('name', '=', name)
      .execute();
  }

  async #seal(name: string, definition: UpstreamDefinition): Promise<string> {
    const text = JSON.stringify(definition);
    if (this.#vault) return this.#vault.seal(placeOf(name), text);
    if (!holdsSecrets(definition)) return text;
    throw new SignalboxError(
      'unsupported',
      `the definition of "${name}" holds secrets and no vault is there to keep them; write it into signalbox.yaml, or load the vault`,
    );
  }

  async #open(name: string, stored: string): Promise<{ readonly isOpen: boolean; readonly value: string }> {
    if (isClear(stored)) return { isOpen: true, value: stored };
    if (!this.#vault)
      return { isOpen: false, value: 'its definition is sealed and no vault is there to open it' };
    try {
      return { isOpen: true, value: await this.#vault.open(placeOf(name), stored) };
    } catch (error) {
      if (!isSignalboxError(error) || error.code !== 'store_corrupt') throw error;
      return { isOpen: false, value: `${closed}: ${error.message}` };
    }
  }

  /** An older hub wrote it in clear; where another changes it meanwhile, that stands. */
  async #sealStored(name: string, clear: string): Promise<void> {
    if (!this.#vault) return;
    const sealed = await this.#vault.seal(placeOf(name), clear);
    await this.#queries
      .updateTable('gateway_definitions')
      .set({ definition: sealed })
      .where('org', '=', localOrg)
      .where('name', '=', name)
      .where('definition', '=', clear)
      .execute();
  }

  get #queries() {
    return this.#database.queries<GatewayTables>();
  }
}

const unreadable = 'its definition cannot be read; remove it and add it again';
const closed =
  'its definition does not open; start with the root key it was sealed under, or remove it and add it again';

function placeOf(name: string): SecretPlace {
  return { org: localOrg, owner: 'gateway', name: `definition of ${name}` };
}

/** A definition in clear is JSON; nothing sealed begins like that. */
function isClear(stored: string): boolean {
  return stored.startsWith('{');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
