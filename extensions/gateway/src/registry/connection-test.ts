import {
  type Clock,
  isSignalboxError,
  type ListKind,
  type Principal,
  type UpstreamDefinition,
  type UpstreamSigner,
  type UpstreamTestStep,
} from '@signalbox/sdk';
import { accountModeOf, signedUpstream } from '../accounts/account-mode.ts';
import { accountOf } from '../accounts/account-of.ts';
import { wantsLogin } from '../accounts/login-needed.ts';
import { wantsOrganizationLogin } from '../accounts/organization-account.ts';
import { connect } from '../connect/connect.ts';
import { deadlineSignal } from '../connect/deadline-signal.ts';
import type { Connection } from '../peer/connection.ts';
import { localOrg } from '../store/gateway-tables.ts';
import { toEntries } from '../upstream/entries.ts';
import { type ListBounds, listAll, offersKind } from '../upstream/list-all.ts';
import { isSignInRefusal } from '../wire/http-errors.ts';
import { connectContext, type Surroundings } from './make-upstream.ts';

const kinds: readonly ListKind[] = ['tool', 'resource', 'template', 'prompt'];

/** Connects an upstream on a connection of its own and tells step by step how it went. Never rejects. */
export async function testConnection(
  surroundings: Surroundings,
  { name, definition }: { readonly name: string; readonly definition: UpstreamDefinition },
  principal: Principal,
): Promise<readonly UpstreamTestStep[]> {
  const { clock, config } = surroundings.context;
  const steps = new StepTimer(clock);
  const deadline = deadlineSignal(clock, definition.startTimeoutMs, new AbortController().signal);
  let lastLine = '';
  const signer = await findSigner(surroundings, { name, definition }, principal);
  if (signer) steps.done('account', signer.whose);
  const context = connectContext(surroundings, {
    name,
    definition,
    signer: signer?.signer,
    events: {
      onLost: () => undefined,
      onListChanged: () => undefined,
      onResourceUpdated: () => undefined,
      note: () => undefined,
    },
    addLogLine: (_from, text) => {
      lastLine = text;
    },
    onStep: steps.done,
  });
  let connection: Connection | undefined;
  try {
    connection = await connect(context, undefined, deadline.signal);
    const bounds = { maxTools: config.maxToolsPerUpstream, maxPages: config.maxListPages };
    await listEverything(connection, bounds, { steps, signal: deadline.signal });
  } catch (thrown) {
    const error = isSignInRefusal(thrown) ? refusalOf(name, definition, thrown) : thrown;
    const text = isSignalboxError(error) ? error.message : 'the hub failed inside; its log has the cause';
    steps.failed('connect', lastLine === '' ? text : `${text}; its last words: ${lastLine.slice(0, 300)}`);
  } finally {
    deadline.stop();
    await connection?.close(0);
  }
  return steps.all;
}

/** The account the test goes over: that of whoever asks, or of the organization, where it is connected. */
async function findSigner(
  { credentials }: Surroundings,
  { name, definition }: { readonly name: string; readonly definition: UpstreamDefinition },
  principal: Principal,
): Promise<{ readonly signer: UpstreamSigner; readonly whose: string } | undefined> {
  const upstream = signedUpstream(name, definition);
  if (!credentials || !upstream) return undefined;
  const isShared = accountModeOf(definition) === 'organization';
  const account = isShared ? { org: localOrg } : accountOf(principal);
  if (!account) return undefined;
  if (!isShared && (await credentials.stateOf(name, account)) !== 'connected') return undefined;
  const whose = isShared ? 'the account of the organization' : 'your own account';
  return { signer: credentials.signerOf(upstream, account), whose };
}

function refusalOf(name: string, definition: UpstreamDefinition, refusal: unknown): unknown {
  const mode = accountModeOf(definition);
  if (mode === 'none') return refusal;
  return mode === 'user' ? wantsLogin(name) : wantsOrganizationLogin(name);
}

async function listEverything(
  connection: Connection,
  bounds: ListBounds,
  { steps, signal }: { steps: StepTimer; signal: AbortSignal },
): Promise<void> {
  for (const kind of kinds) {
    if (!offersKind(connection, kind)) continue;
    const { items } = await listAll(connection, kind, bounds, signal);
    const { entries, leftOut } = toEntries(
      kind,
      items,
      kind === 'tool' ? connection.refuseTool : () => undefined,
    );
    const without = leftOut.length === 0 ? '' : `; left out ${leftOut.slice(0, 5).join('; ')}`;
    steps.done(`list ${kind}s`, `${entries.length} ${kind}s${without}`);
  }
}

class StepTimer {
  readonly all: UpstreamTestStep[] = [];
  readonly #clock: Clock;
  #since: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#since = clock.now();
  }

  readonly done = (step: string, detail: string): void => this.#add({ step, ok: true, detail });

  readonly failed = (step: string, detail: string): void => this.#add({ step, ok: false, detail });

  #add(step: Omit<UpstreamTestStep, 'durationMs'>): void {
    const now = this.#clock.now();
    this.all.push({ ...step, durationMs: now - this.#since });
    this.#since = now;
  }
}
