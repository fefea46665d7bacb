import { defineService } from './service-token.ts';

/** Keys of 32 random bytes that live in files of the data folder, readable by the hub's user only. */
export interface KeyFiles {
  /**
   * The key of a name, minted when it is not there; all hubs on one data folder share it.
   * Errors: `invalid_settings` when the file is readable by others, is a link, is damaged, or cannot be written.
   */
  readonly open: (name: string) => Uint8Array;
}

/** The kernel offers this. */
export const keyFiles = defineService<KeyFiles>('key-files', { inProcess: true });
