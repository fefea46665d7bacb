import { randomBytes } from 'node:crypto';
import type { Directory, JsonObject, Principal } from '@signalbox/sdk';
import type { Clients } from '../store/clients.ts';
import type { Origin, Trail } from '../trail/trail.ts';

/** The client id of an API key: what stands in the key before its secret. */
const keyClient = /^sbx_key_[0-9A-Za-z-]{1,64}$/;

/** Shows the authorization server its clients: those registered here, and service accounts by their keys. */
export class ProviderClients {
  readonly #clients: Clients;
  readonly #directory: Directory;
  readonly #trail: Trail;
  /** Who showed a key, until the token for it is made. */
  readonly #holders = new WeakMap<object, Principal>();

  constructor(clients: Clients, directory: Directory, trail: Trail) {
    this.#clients = clients;
    this.#directory = directory;
    this.#trail = trail;
  }

  async find(id: string): Promise<JsonObject | undefined> {
    if (keyClient.test(id)) return keyMetadata(id);
    const client = await this.#clients.find(id);
    return client?.metadata;
  }

  /** Keeps a client that registers itself. Errors: `audit_unavailable` when it cannot be written down. */
  async upsert(id: string, metadata: JsonObject, origin: Origin): Promise<void> {
    const given = metadata['client_name'];
    const client = { id, org: 'local', name: typeof given === 'string' ? given : id };
    await this.#trail.register(client, origin, () =>
      this.#clients.add({ ...client, origin: 'itself', metadata }),
    );
  }

  /** Notes that a client got a token: what nobody uses goes. */
  readonly noteUse = (id: string): Promise<void> => this.#clients.noteUse(id);

  /** Checks the secret of a client that is an API key; undefined for another client. */
  async checkKey(client: object, id: string, secret: unknown): Promise<boolean | undefined> {
    if (!keyClient.test(id)) return undefined;
    if (typeof secret !== 'string' || !secret.startsWith(`${id}_`)) return false;
    const principal = await this.#directory.principalOfKey(secret, undefined);
    if (principal?.kind !== 'service') return false;
    this.#holders.set(client, principal);
    return true;
  }

  /** Whom a client's own tokens are for: the service account of its key, or the one it is registered for. */
  async serviceOf(client: object, id: string): Promise<Principal | undefined> {
    const holder = this.#holders.get(client);
    if (holder) return holder;
    const registered = await this.#clients.find(id);
    if (registered?.service === undefined) return undefined;
    const subject = { kind: 'service' as const, id: registered.service, org: registered.org };
    return this.#directory.principalOf(subject, { credential: { kind: 'access-token', id, client: id } });
  }
}

function keyMetadata(id: string): JsonObject {
  return {
    client_id: id,
    client_name: id,
    // Never compared: the key itself is.
    client_secret: randomBytes(32).toString('base64url'),
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: [],
    token_endpoint_auth_method: 'client_secret_basic',
  };
}
