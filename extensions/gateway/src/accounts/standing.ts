import {
  compareLevels,
  type Directory,
  type directoryChanged,
  type Level,
  type Principal,
  SignalboxError,
  type UpstreamAccount,
} from '@signalbox/sdk';

/** What a change of the directory is about. */
export type DirectoryChange = NonNullable<(typeof directoryChanged)['payload']>;

/** What is asked about the people who have accounts at one upstream. */
export interface StandingParts {
  /** Undefined where nobody keeps people; then whoever calls is there. */
  readonly directory: Pick<Directory, 'principalOf'> | undefined;
  /** Who holds the hub's key: no directory knows them, and nobody can take them away. */
  readonly owner: Principal;
  /** The lowest level that may use the upstream. */
  readonly minLevel: Level;
}

/** One object for all, so that the directory knows the answer the next time. */
const facts = { credential: { kind: 'local', id: 'upstream-account' } } as const;

/** Whether the people who have accounts at an upstream may use it as things are now. */
export class Standing {
  readonly #parts: StandingParts;

  constructor(parts: StandingParts) {
    this.#parts = parts;
  }

  /**
   * True for who is there, active, and of a level that may use the upstream; at once where the directory knows it.
   * Rejects when it cannot be found out.
   */
  isGood({ org, subject }: UpstreamAccount): boolean | Promise<boolean> {
    const { directory, owner } = this.#parts;
    if (!directory || !subject || isOwner(owner, org, subject)) return true;
    const found = directory.principalOf({ ...subject, org }, facts);
    return found instanceof Promise ? found.then(this.#isHighEnough) : this.#isHighEnough(found);
  }

  /** The same for who decides without a caller: what cannot be found out is no. */
  async isSurelyGood(account: UpstreamAccount): Promise<boolean> {
    try {
      return await this.isGood(account);
    } catch {
      return false;
    }
  }

  readonly #isHighEnough = (principal: Principal | undefined): boolean =>
    principal !== undefined && compareLevels(principal.level, this.#parts.minLevel) >= 0;
}

/** True for the account of somebody a change of the directory is about. */
export function isAbout({ org, subject }: UpstreamAccount, change: DirectoryChange): boolean {
  const isOfOrg = change.org === undefined || change.org === org;
  return isOfOrg && (change.subject === undefined || change.subject === subject?.id);
}

/** Why no account of somebody is used any more. */
export function usedNoLonger(name: string): SignalboxError {
  return new SignalboxError(
    'forbidden',
    `the hub uses no account of yours at upstream "${name}": you are no active member of your organization, or your level is below that of the upstream`,
  );
}

function isOwner(owner: Principal, org: string, { kind, id }: { kind: string; id: string }): boolean {
  return owner.kind === kind && owner.id === id && owner.org === org;
}
