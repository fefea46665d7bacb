import {
  type AccountChange,
  type CallResult,
  type InputResult,
  type Invocation,
  isSignalboxError,
  type Principal,
  SignalboxError,
  type SignedUpstream,
  signsInByItself,
  type UpstreamCredentials,
  type UpstreamInfo,
} from '@signalbox/sdk';
import { localOrg } from '../store/gateway-tables.ts';
import { isSignInRefusal } from '../wire/http-errors.ts';
import type { AccountUse, HubAccount } from './account-use.ts';

/** Why an upstream that wants the account of the organization is not available. */
export function wantsOrganizationLogin(name: string): SignalboxError {
  return new SignalboxError('upstream_login_needed', wants(name));
}

/** What the use of an organization's account needs. */
export interface OrganizationAccountParts {
  readonly upstream: SignedUpstream;
  readonly credentials: UpstreamCredentials;
  readonly hub: {
    readonly isRefused: () => boolean;
    readonly lose: () => void;
    readonly retryNow: () => void;
  };
}

/** The one account an organization has at an upstream: every call of its members goes over it, and nobody else's. */
export class OrganizationAccount implements AccountUse {
  readonly lister = undefined;
  readonly #parts: OrganizationAccountParts;

  constructor(parts: OrganizationAccountParts) {
    this.#parts = parts;
  }

  /** Leaves the calls of the organization to the hub's own line. Rejects others: `upstream_login_needed`. */
  take({ request }: Invocation): Promise<CallResult> | undefined {
    return isOfOrganization(request.principal)
      ? undefined
      : Promise.reject(foreign(this.#parts.upstream.name));
  }

  async explain(error: unknown, { request }: Invocation): Promise<InputResult | undefined> {
    if (!isSignInRefusal(error) || !isOfOrganization(request.principal)) return undefined;
    const { name } = this.#parts.upstream;
    const text = `upstream "${name}" is not available: ${wants(name)}`;
    throw new SignalboxError('upstream_login_needed', text, { cause: error, details: { upstream: name } });
  }

  async reach<Made>(open: (over: HubAccount) => Promise<Made>): Promise<Made> {
    const { credentials, upstream } = this.#parts;
    try {
      return await open({ signer: credentials.signerOf(upstream, { org: localOrg }), isPersonal: false });
    } catch (error) {
      if (!isSignInRefusal(error) && !(await this.#isTooEarlyToAsk(error))) throw error;
      throw wantsOrganizationLogin(upstream.name);
    }
  }

  /** Before the hub listens there is no link to sign in with; what has to be done is known all the same. */
  async #isTooEarlyToAsk(error: unknown): Promise<boolean> {
    const { credentials, upstream } = this.#parts;
    if (!isSignalboxError(error) || error.code !== 'overloaded') return false;
    if (signsInByItself(upstream.credentials)) return false;
    return (await credentials.stateOf(upstream.name, { org: localOrg })) !== 'connected';
  }

  readonly tryWithoutFirst = (): void => undefined;

  /** Another account is another session; one that is gone ends it. */
  onChange({ account }: AccountChange): void {
    if (account.subject || account.org !== localOrg) return;
    const { hub } = this.#parts;
    if (hub.isRefused()) hub.retryNow();
    else hub.lose();
  }

  readonly onDirectoryChange = (): void => undefined;

  async loginOf(principal: Principal): Promise<UpstreamInfo['login']> {
    if (!isOfOrganization(principal)) return undefined;
    const { credentials, upstream, hub } = this.#parts;
    const state = await credentials.stateOf(upstream.name, { org: localOrg });
    if (state !== 'none') return state;
    return hub.isRefused() ? 'needed' : undefined;
  }

  readonly setTools = (): void => undefined;

  readonly stop = async (): Promise<void> => undefined;
}

/** Who acts for a member of another organization does not act for this one. */
function isOfOrganization({ org, onBehalfOf }: Principal): boolean {
  return org === localOrg && (onBehalfOf === undefined || isOfOrganization(onBehalfOf));
}

function foreign(name: string): SignalboxError {
  return new SignalboxError(
    'upstream_login_needed',
    `upstream "${name}" is used with the account of the organization "${localOrg}", and yours has none there`,
    { details: { upstream: name } },
  );
}

function wants(name: string): string {
  return `the account of the organization has to be connected: signalbox server login ${name} --organization`;
}
