import type { CallTool } from '@signalbox/pipeline';
import {
  type ApprovalChannel,
  type CallResult,
  type Calls,
  type CatalogReader,
  type Clock,
  type Directory,
  isJsonObject,
  isSignalboxError,
  type NamedSecrets,
  type Principal,
  principalOfStandIn,
  SignalboxError,
  type StandIn,
  type TaskToResume,
  taskInterface,
  toolAddress,
} from '@signalbox/sdk';
import { countedCall } from '../budget/counted-call.ts';
import type { OrgBudget } from '../budget/org-budget.ts';
import type { EngineSettings } from '../settings.ts';
import { followedCall } from './followed-call.ts';
import { letIn } from './let-in.ts';
import { type GivenSecrets, revealSecrets, withoutGiven } from './reveal-secrets.ts';
import { type CallOutcome, outcomeOfError, outcomeOfResult } from './tool-outcome.ts';

/** What calls of runs are made with. */
export interface CallerParts {
  readonly settings: Pick<EngineSettings, 'hints' | 'repeatable'>;
  readonly calls: Calls;
  readonly catalog: CatalogReader;
  readonly directory: () => Directory | undefined;
  readonly secrets: () => NamedSecrets | undefined;
  readonly clock: Clock;
  /** A number from 0 to below 1. */
  readonly random: () => number;
  /** What calls of an organization count against; nothing where absent. */
  readonly budgets?: { readonly of: (org: string) => OrgBudget | undefined };
}

/** Whose call it is, and for what. */
export interface CallingRun {
  readonly id: string;
  readonly runAs: StandIn;
}

/** How one call is made. */
export interface CallingHow {
  readonly signal: AbortSignal;
  /** An upstream's own task of an earlier try, to be gone on with. */
  readonly resume?: TaskToResume;
  /** Told when the upstream has made a task of it. */
  readonly onTask: (task: TaskToResume) => void;
  /** Told how far it has come where a rule wants it approved; without it the call waits no longer than others do. */
  readonly approval?: ApprovalChannel;
  /**
   * Asked before the call is counted against a budget, so that one that is not made here is not counted, and before its task is asked after again.
   * What rejects here ends it.
   */
  readonly mayBegin?: () => Promise<void>;
  /** Told when the call was counted against a budget, which took its time, right before it is made. What rejects here ends it. */
  readonly onCounted?: () => Promise<void>;
}

/** Under this key of `_meta` a tool is told the idempotency key of its call. */
const idempotencyMeta = 'signalbox/idempotency-key';

/** So often an approval is asked for again because what it was bound to has changed. */
const mostAsked = 100;

/** Makes the calls of runs: through the gate, as whom the run is, as they are now. */
export class ToolCaller {
  readonly #parts: CallerParts;

  constructor(parts: CallerParts) {
    this.#parts = parts;
  }

  /** Makes a call, follows the task it may become, and counts it where there is a budget; whatever becomes of it is an outcome. */
  call(run: CallingRun, command: CallTool, how: CallingHow): Promise<CallOutcome> {
    const { budgets, clock } = this.#parts;
    const { timeoutMs } = command;
    const follow = (given: CallingHow): Promise<CallOutcome> =>
      followedCall({ clock, timeoutMs }, given, (each, withinMs) =>
        this.#callUntilApproved(run, { ...command, timeoutMs: withinMs }, each),
      );
    if (!budgets) return follow(how);
    const isUndo = command.isCompensation === true;
    const counting = { budgetOf: () => budgets.of(run.runAs.org), clock, timeoutMs, isUndo };
    return countedCall(counting, how, follow);
  }

  async #callUntilApproved(run: CallingRun, command: CallTool, how: CallingHow): Promise<CallOutcome> {
    for (let asked = 1; ; asked++)
      try {
        const given: GivenSecrets = {};
        const limits = { ...this.#parts, timeoutMs: command.timeoutMs };
        const result = await letIn(limits, how, (each, timeoutMs) =>
          this.#call(run, { ...command, timeoutMs }, each, given),
        );
        return withoutGiven(outcomeOfResult(result), given);
      } catch (error) {
        // Rules, or what is known of the person, changed while it waited for its approval: then it is asked for again.
        const isAskedAgain =
          how.approval !== undefined && isSignalboxError(error) && error.code === 'approval_required';
        if (!isAskedAgain || asked >= mostAsked) return outcomeOfError(error);
      }
  }

  async #call(run: CallingRun, command: CallTool, how: CallingHow, given: GivenSecrets): Promise<CallResult> {
    const principal = await this.#principalOf(run);
    const target = this.#nameOf(command.tool, principal);
    const key = `${run.id}/${command.idempotencyKey}`;
    return this.#parts.calls.call({
      kind: 'tool',
      view: 'all',
      target,
      params: { name: target, arguments: command.args, _meta: { [idempotencyMeta]: key } },
      principal,
      interface: taskInterface,
      signal: how.signal,
      timeoutMs: command.timeoutMs,
      channels: { task: how.onTask, ...(how.approval ? { approval: how.approval } : {}) },
      ...(how.resume ? { resume: how.resume } : {}),
      ...revealSecrets(this.#parts.secrets, run.runAs.org, command, given),
    });
  }

  /** True when the gate would let the run make this call now. */
  async mayCall(run: CallingRun, { tool, args }: Pick<CallTool, 'tool' | 'args'>): Promise<boolean> {
    const principal = await this.#principalOf(run).catch(() => undefined);
    if (!principal) return false;
    const target = this.#nameOf(tool, principal);
    const params = { name: target, arguments: args };
    const call = { kind: 'tool', view: 'all', target, params, principal, interface: taskInterface } as const;
    return this.#parts.calls.findRefusal(call) === undefined;
  }

  /** True when calling the tool again does no harm: it says so and is believed, or the operator says so. */
  async canRepeat(run: CallingRun, tool: string): Promise<boolean> {
    const { settings, catalog } = this.#parts;
    const principal = await this.#principalOf(run).catch(() => undefined);
    if (!principal) return false;
    const name = this.#nameOf(tool, principal);
    if (settings.repeatable.includes(tool) || settings.repeatable.includes(name)) return true;
    if (settings.hints === 'ignored') return false;
    const definition = catalog.findTool('all', name, { principal, interface: taskInterface });
    const annotations = definition?.['annotations'];
    if (!isJsonObject(annotations)) return false;
    return annotations['readOnlyHint'] === true || annotations['idempotentHint'] === true;
  }

  /** Those of the tools that say they only read. */
  async readOnlyOf(run: CallingRun, tools: readonly string[]): Promise<readonly string[]> {
    const principal = await this.#principalOf(run);
    return tools.filter((tool) => {
      const viewer = { principal, interface: taskInterface };
      const definition = this.#parts.catalog.findTool('all', this.#nameOf(tool, principal), viewer);
      const annotations = definition?.['annotations'];
      return isJsonObject(annotations) && annotations['readOnlyHint'] === true;
    });
  }

  async #principalOf({ runAs, id }: CallingRun): Promise<Principal> {
    const principal = await principalOfStandIn(this.#parts.directory(), runAs, id);
    if (principal) return principal;
    throw new SignalboxError(
      'forbidden',
      'who this run is made for is not there or not active any more, so nothing is called for them',
    );
  }

  #nameOf(tool: string, principal: Principal): string {
    return toolAddress(this.#parts.catalog, tool, { principal, interface: taskInterface });
  }
}
