import { defineService } from '@signalbox/sdk';

/** The one-time link for the first owner of a hub. */
export interface SetupLink {
  /** The path with its token, to follow the hub's address; undefined when the hub has an owner. */
  readonly path: () => string | undefined;
}

/** The directory offers this to whoever greets the person that starts the hub. */
export const setupLink = defineService<SetupLink>('setup-link', { inProcess: true });
