import type {
  AccountChange,
  CallResult,
  InputResult,
  Invocation,
  JsonObject,
  Principal,
  UpstreamAccount,
  UpstreamInfo,
  UpstreamSigner,
} from '@signalbox/sdk';
import type { DirectoryChange } from './standing.ts';

/** How one upstream is used over accounts: those of people, or the one of the organization. */
export interface AccountUse {
  /** Whose account the lists are read over; undefined where it is nobody's own. */
  readonly lister: UpstreamAccount | undefined;
  /** Takes a call that is not for the hub's own line; undefined for one that is. */
  readonly take: (invocation: Invocation) => Promise<CallResult> | undefined;
  /**
   * What a caller is told when its call was refused for want of an account; undefined where that is not why it failed.
   * Errors: `upstream_login_needed`.
   */
  readonly explain: (error: unknown, invocation: Invocation) => Promise<InputResult | undefined>;
  /** Connects the hub's own line, over an account where it must. Errors: `upstream_login_needed`, and those of connecting. */
  readonly reach: <Made>(open: (over: HubAccount | undefined) => Promise<Made>) => Promise<Made>;
  /** The next attempt tries without the account of anybody first. */
  readonly tryWithoutFirst: () => void;
  /** An account at this upstream was connected, or is of no use any more. */
  readonly onChange: (change: AccountChange) => void;
  /** Facts about people are others: who may not use the upstream any more is done with it at once. */
  readonly onDirectoryChange: (change: DirectoryChange) => void;
  /** How somebody is known at the upstream; undefined where that does not matter. */
  readonly loginOf: (principal: Principal) => Promise<UpstreamInfo['login']>;
  /** The tools were listed anew. */
  readonly setTools: (definitions: readonly JsonObject[]) => void;
  /** Ends the lines of people; with `isForGood` none is opened any more. */
  readonly stop: (isForGood: boolean) => Promise<void>;
}

/** An account the hub's own line is connected over. */
export interface HubAccount {
  readonly signer: UpstreamSigner;
  /** True for a person's: it is for lists only, never for the calls of others. */
  readonly isPersonal: boolean;
  /** Asks once more, before what was read over it counts. Errors: `upstream_login_needed`. */
  readonly confirm?: () => Promise<void>;
}
