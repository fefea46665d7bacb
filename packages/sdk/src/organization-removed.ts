import { defineTopic } from './events.ts';

/** One step of forgetting an organization that was removed. */
export interface OrganizationRemoval {
  readonly org: string;
  /** First `rows`; when they are gone everywhere `keys`: until then, what rows keep sealed can be opened, to end it elsewhere. */
  readonly step: 'rows' | 'keys';
  /** Says that somebody forgets. The next step waits for it; when it fails, all steps come again, now and at each start. */
  readonly waitFor: (forgetting: Promise<unknown>) => void;
}

/**
 * Published on every node when an organization was removed, more than once: whoever keeps rows of organizations removes those
 * of this one. Only the audit stays, and the id in the directory, so that it is never given to another.
 */
export const organizationRemoved = defineTopic<OrganizationRemoval>('organization.removed');
