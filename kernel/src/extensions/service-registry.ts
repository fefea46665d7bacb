import { type Extension, type ServiceToken, SignalboxError } from '@signalbox/sdk';

/** The services on offer, by token name. */
export class ServiceRegistry {
  readonly #services = new Map<string, unknown>();

  /** Offers a kernel service. */
  offer<Service>(token: ServiceToken<Service>, service: Service): void {
    this.#services.set(token.name, service);
  }

  /** What is offered under a token. Errors: `extension_failed` when it is not there. */
  get<Service>(token: ServiceToken<Service>): Service {
    if (!this.#services.has(token.name)) throw failed(`the service "${token.name}" is not offered yet`);
    // The token's name stands for its type; offer() took the same type.
    return this.#services.get(token.name) as Service;
  }

  /** What is offered under a token now, if anything is. */
  find<Service>(token: ServiceToken<Service>): Service | undefined {
    return this.#services.has(token.name) ? this.get(token) : undefined;
  }

  /** What one extension can do without: only what it declared. */
  findFor<Service>(extension: Extension, token: ServiceToken<Service>): Service | undefined {
    if (!declares(extension.wants, token))
      throw failed(`"${extension.name}" looks for "${token.name}" without naming it in "wants"`);
    return this.find(token);
  }

  /** What one extension needs: only what it declared. */
  useFor<Service>(extension: Extension, token: ServiceToken<Service>): Service {
    if (!declares(extension.needs, token))
      throw failed(`"${extension.name}" uses "${token.name}" without naming it in "needs"`);
    return this.get(token);
  }

  /** Offers a service of one extension: only what it declared. The result withdraws it. */
  offerFor<Service>(extension: Extension, token: ServiceToken<Service>, service: Service): () => void {
    if (!declares(extension.provides, token)) {
      throw failed(`"${extension.name}" offers "${token.name}" without naming it in "provides"`);
    }
    this.offer(token, service);
    return () => void this.#services.delete(token.name);
  }

  /** Checks after setup that an extension kept its word. Errors: `extension_failed`. */
  checkProvided(extension: Extension): void {
    const missing = (extension.provides ?? []).find((token) => !this.#services.has(token.name));
    if (missing)
      throw failed(`"${extension.name}" promised the service "${missing.name}" and did not offer it`);
  }
}

function declares(
  tokens: readonly ServiceToken<unknown>[] | undefined,
  wanted: ServiceToken<unknown>,
): boolean {
  return tokens?.some((token) => token.name === wanted.name) ?? false;
}

function failed(message: string): SignalboxError {
  return new SignalboxError('extension_failed', message);
}
