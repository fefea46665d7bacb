import type { EntryIdentity } from './call.ts';
import { defineService } from './service-token.ts';
import type { SignalboxError } from './signalbox-error.ts';
import type { Redact } from './without-secrets.ts';

/** A secret of an organization, and the tool somebody wants to give it to. */
export interface SecretWish {
  readonly org: string;
  readonly secret: string;
  /** The tool by what it is, not by what a view calls it. */
  readonly tool: EntryIdentity;
}

/** Secrets an organization has given names, for the tools it has named with them. */
export interface NamedSecrets {
  /** Why a tool would not be given a secret now: `not_found` or `forbidden`; undefined when it would. */
  readonly findRefusal: (wish: SecretWish) => Promise<SignalboxError | undefined>;
  /** The value, for a call that is made now. Errors: `not_found`, `forbidden`, `store_corrupt`. */
  readonly open: (wish: SecretWish) => Promise<string>;
  /**
   * What takes values out of what an upstream writes besides its answers: those it was given on this node of late, and no others, so that
   * nobody finds out by it what belongs to somebody else.
   */
  readonly redactorFor: (upstream: string) => Redact;
}

/** Who keeps named secrets offers them. */
export const namedSecrets = defineService<NamedSecrets>('named-secrets', { inProcess: true });
