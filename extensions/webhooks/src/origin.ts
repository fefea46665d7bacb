import { isSignalboxError, type SecretVault } from '@signalbox/sdk';

/** The header by which a hub knows its own requests again. */
export const originHeader = 'signalbox-origin';

const place = { org: 'local', owner: 'webhooks', name: 'origin' } as const;
const own = 'this hub';

/** Marks the requests of this hub, so that it does not take for word from outside what it has said itself, over whatever way. */
export class Origin {
  readonly #vault: SecretVault;
  #mark: string | undefined;

  constructor(vault: SecretVault) {
    this.#vault = vault;
  }

  /** A mark that only this hub can make, on any of its nodes. Errors: those of the vault. */
  async mark(): Promise<string> {
    this.#mark ??= await this.#vault.seal(place, own);
    return this.#mark;
  }

  /** True for a mark of this hub. */
  async isOwn(mark: string | readonly string[] | undefined): Promise<boolean> {
    if (typeof mark !== 'string') return false;
    try {
      return (await this.#vault.open(place, mark)) === own;
    } catch (error) {
      // That of another hub, or of somebody who made one up.
      if (isSignalboxError(error) && error.code === 'store_corrupt') return false;
      throw error;
    }
  }
}
