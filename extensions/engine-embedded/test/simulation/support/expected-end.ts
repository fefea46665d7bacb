import {
  type Advance,
  advance,
  type CallTool,
  type Command,
  type Finish,
  resume,
  type StartChild,
  start,
} from '@signalbox/pipeline';
import type { NewEvent, Plans } from '@signalbox/runs';
import type { Ordered, Scenario } from './scenario.ts';
import { behaviourOf } from './tool-behaviour.ts';

interface Told {
  readonly event: NewEvent;
  readonly dueAt: number;
}

/** How a run without faults ends: the stepper alone, with the same tools, and nothing written down. Undefined when calls were stopped. */
export function expectedEnd(
  scenario: Scenario,
  order: Pick<Ordered, 'id' | 'pipeline' | 'params' | 'maxRetries' | 'isDryRun'>,
  plans: Plans,
): Finish | undefined {
  const { seed, startsAt, child } = scenario;
  const { plan } = plans.of(order.pipeline);
  const times = new Map<string, number>();
  let nowMs = startsAt;
  let attempt = 1;
  let pending: Told[] = [];
  let isComparable = true;
  const facts = (): { id: string; trigger: string; attempt: number; maxAttempts: number; depth: number } => ({
    id: order.id,
    trigger: order.id === 'child' ? 'call' : 'manual',
    attempt,
    maxAttempts: order.maxRetries + 1,
    depth: 0,
  });
  const moment = (): { nowMs: number; random: number } => ({ nowMs, random: 0.5 });
  const childEnd = ({ path, attempt: nth }: StartChild): NewEvent => {
    const end = expectedEnd(scenario, { id: 'child', pipeline: child, params: {}, maxRetries: 0 }, plans);
    const result =
      end?.status === 'succeeded'
        ? ({ status: 'succeeded', output: end.output } as const)
        : ({ status: 'failed', error: { kind: 'tool_error', message: 'no' } } as const);
    return { kind: 'ChildDone', path, attempt: nth, result };
  };
  const obey = (command: Command): void => {
    if (command.kind === 'CancelCall') isComparable = false;
    const told =
      command.kind === 'StartChild'
        ? { event: childEnd(command), afterMs: 1_000 }
        : reactionTo(command, ({ idempotencyKey, tool, args }) => {
            const key = `${order.id}/${idempotencyKey}`;
            const nth = (times.get(key) ?? 0) + 1;
            times.set(key, nth);
            return behaviourOf(seed, { tool, args, key }, nth);
          });
    if (told)
      pending.push({ event: told.event, dueAt: told.afterMs < 0 ? -told.afterMs : nowMs + told.afterMs });
  };
  let next: Advance = start(plan, {
    kind: 'Started',
    run: facts(),
    scheduledAtMs: startsAt,
    timezone: 'Europe/Chisinau',
    params: order.params,
    ...(order.isDryRun ? { dryRun: { readOnlyTools: plan.tools.filter((tool) => tool === 'read') } } : {}),
    ...moment(),
  });
  for (let events = 0; events < 2_000; events++) {
    for (const command of next.commands) obey(command);
    const finish = next.commands.find((command) => command.kind === 'Finish');
    if (finish?.isResumable) {
      attempt += 1;
      pending = [];
      next = resume(plan, next.state, { run: facts(), ...moment() });
      continue;
    }
    if (finish) return isComparable ? finish : undefined;
    const [first] = pending.toSorted((one, other) => one.dueAt - other.dueAt);
    if (!first) break;
    pending = pending.filter((each) => each !== first);
    nowMs = Math.max(nowMs, first.dueAt);
    next = advance(plan, next.state, { ...first.event, ...moment() });
  }
  throw new RangeError(`run ${order.id} of seed ${seed} does not end without faults either`);
}

/** What comes of a command and after how long; a negative time is an instant. */
function reactionTo(
  command: Command,
  behave: (call: CallTool) => ReturnType<typeof behaviourOf>,
): { readonly event: NewEvent; readonly afterMs: number } | undefined {
  switch (command.kind) {
    case 'CallTool': {
      const { path, attempt, timeoutMs } = command;
      const how = behave(command);
      const fail = (kind: 'timeout' | 'tool_error' | 'connection' | 'rate_limited', afterMs: number) => ({
        event: { kind: 'ToolFailed', path, attempt, error: { kind, message: 'no' } } as const,
        afterMs,
      });
      if (how.kind === 'silent' || how.afterMs >= timeoutMs) return fail('timeout', timeoutMs);
      if (how.kind === 'failed') return fail(asKind(how.error), how.afterMs);
      return {
        event: { kind: 'ToolDone', path, attempt, output: { json: how.output } },
        afterMs: how.afterMs,
      };
    }
    case 'StartTimer':
      return { event: { kind: 'TimerFired', timer: command.timer }, afterMs: -command.dueAtMs };
    case 'WaitEvent': {
      const event = { topic: 'sim.go', id: 'go', source: 'outside', payload: { fits: true } };
      return { event: { kind: 'EventMatched', path: command.path, event }, afterMs: 1_000 };
    }
    case 'AskApproval': {
      const { path, question } = command;
      const answer = { decision: 'approved', value: 'fine', by: 'ana' } as const;
      return { event: { kind: 'ApprovalAnswered', path, question, ...answer }, afterMs: 1_000 };
    }
    case 'Continue':
      return { event: { kind: 'Continued' }, afterMs: 0 };
    default:
      return undefined;
  }
}

function asKind(kind: string): 'tool_error' | 'connection' | 'rate_limited' {
  return kind === 'connection' || kind === 'rate_limited' ? kind : 'tool_error';
}
