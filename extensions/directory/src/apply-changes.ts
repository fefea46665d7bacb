import { policyChanged } from '@signalbox/policy';
import { type Clock, directoryChanged, type Events, type Log } from '@signalbox/sdk';
import type { KeyReader } from './key/key-reader.ts';
import { forgetOrganization } from './org/forget-organization.ts';
import type { StoredPolicies } from './policy/stored-policies.ts';
import type { Principals } from './principal/principals.ts';
import type { ApplyChanges, Change } from './store/directory-changes.ts';

/** What keeps something of the directory. */
interface Keepers {
  readonly principals: Principals;
  readonly keys: KeyReader;
  readonly policies: StoredPolicies;
  readonly events: Events;
  readonly clock: Clock;
  readonly log: Log;
}

const retryMs = 1_000;

/** Makes what a node does at a change: it forgets what was, reads policies anew, and then tells everybody. */
export function makeApplyChanges(keepers: Keepers): ApplyChanges {
  return async (changes) => {
    for (const change of changes) {
      if (change.kind === 'policy') await renewPolicies(keepers, change.org);
      else if (change.kind === 'removal' && change.org !== undefined)
        await forgetOrganization(keepers, change.org);
      else forgetFacts(keepers, change);
    }
  };
}

function forgetFacts({ principals, keys, events }: Keepers, change: Change): void {
  const { kind, org, subject } = change;
  principals.forget(change);
  keys.forget(change);
  events.publish(directoryChanged, {
    ...(org === undefined ? {} : { org }),
    ...(subject === undefined ? {} : { subject }),
    isRevocation: kind === 'revocation',
  });
}

/** A policy that changed and cannot be read allows nothing until it can. */
async function renewPolicies(keepers: Keepers, org: string | undefined): Promise<void> {
  const { policies, clock, log, events } = keepers;
  const meant = org === undefined ? policies.orgs() : [org];
  try {
    await policies.load(org);
  } catch (cause) {
    policies.close(org);
    log.error('a policy cannot be read; nothing is allowed until it can', { org: org ?? 'all', cause });
    clock.after(retryMs, () => void renewPolicies(keepers, org));
  }
  const now = org === undefined ? policies.orgs() : [];
  for (const each of new Set([...meant, ...now])) events.publish(policyChanged, { org: each });
}
