import type { Clock } from '@signalbox/sdk';
import type { KeyReader } from './key/key-reader.ts';
import type { Removals } from './org/removals.ts';
import type { PasswordHasher } from './password/password-hasher.ts';
import type { WrongAttempts } from './password/wrong-attempts.ts';
import type { StoredPolicies } from './policy/stored-policies.ts';
import type { Principals } from './principal/principals.ts';
import type { DirectoryChanges } from './store/directory-changes.ts';

/** What the operations of the directory work with. */
export interface DirectoryParts {
  readonly changes: DirectoryChanges;
  readonly clock: Clock;
  readonly hasher: PasswordHasher;
  readonly attempts: WrongAttempts;
  readonly principals: Principals;
  readonly keys: KeyReader;
  readonly policies: StoredPolicies;
  readonly removals: Removals;
}
