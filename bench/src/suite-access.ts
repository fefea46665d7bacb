import { decide, Policy, type Question, type Target } from '@signalbox/policy';
import type { Principal } from '@signalbox/sdk';
import { organizationRules } from './organization-rules.ts';
import { reportYardstick, type Yardstick } from './yardstick.ts';

const toolCount = 1_000;
const ruleCount = 200;
const rounds = 31;
const goals = { decisionUs: 2, listMs: 1 };

/** One way to ask, and how long it took in each round, in microseconds. */
export interface AccessSample {
  readonly name: string;
  readonly us: readonly number[];
}

/** Times decisions in this process, where nothing else runs: 200 rules, 1,000 tools, one principal. */
export function runAccess(): readonly AccessSample[] {
  const policy = new Policy({ version: 'bench', rules: organizationRules(ruleCount) });
  const targets = makeTargets();
  const ask = (target: Target, isListing: boolean): Question => ({
    principal: ada,
    interface: { name: 'http', level: 'trusted' },
    target,
    isListing,
    args: () => ({ amount: 5 }),
    atMs: Date.now(),
  });
  const known = (): void => {
    for (const target of targets) decide(policy, ask(target, false));
  };
  return [
    { name: 'a decision about a target that was asked about before', us: time(known, toolCount) },
    {
      name: 'a decision about a target nobody has asked about',
      us: time(() => {
        for (const target of targets) decide(policy, ask({ ...target }, false));
      }, toolCount),
    },
    {
      name: `a list of ${toolCount} tools, filtered`,
      us: time(() => void targets.filter((target) => decide(policy, ask(target, true)).effect !== 'deny'), 1),
    },
  ];
}

/** The table and the goals. */
export function reportAccess(samples: readonly AccessSample[], yardstick: Yardstick): string {
  const rows = samples.map(
    ({ name, us }) =>
      `${name.padEnd(56)} ${median(us).toFixed(2).padStart(8)} us (${Math.min(...us).toFixed(2)}–${Math.max(...us).toFixed(2)})`,
  );
  const decision = Math.max(...samples.slice(0, 2).map(({ us }) => median(us)));
  const listMs = median(samples[2]?.us ?? []) / 1_000;
  const verdict = (slowness: number): string =>
    `decide ${(decision / slowness).toFixed(2)} us (goal ≤ ${goals.decisionUs}), list ${(listMs / slowness).toFixed(2)} ms (goal ≤ ${goals.listMs})  ${decision / slowness <= goals.decisionUs && listMs / slowness <= goals.listMs ? 'met' : 'MISSED'}`;
  return [
    `${ruleCount} rules, medians of ${rounds} rounds`,
    ...rows,
    reportYardstick(yardstick),
    `access, by this machine's clock:   ${verdict(1)}`,
    `access, by the yardstick:          ${verdict(yardstick.slowness)}`,
  ].join('\n');
}

const ada: Principal = {
  kind: 'user',
  id: 'ada',
  org: 'acme',
  level: 'trusted',
  roles: ['member'],
  teams: ['ops'],
  scopes: ['tools:call'],
};

function makeTargets(): readonly Target[] {
  return Array.from({ length: toolCount }, (_, index) => ({
    kind: 'tool' as const,
    source: `up-${index % 20}`,
    name: `tool_${index}`,
    minLevel: 'trusted' as const,
    annotations: { destructiveHint: index % 2 === 0 },
  }));
}

function time(run: () => void, count: number): readonly number[] {
  for (let warm = 0; warm < 20; warm++) run();
  return Array.from({ length: rounds }, () => {
    const startedMs = performance.now();
    run();
    return ((performance.now() - startedMs) * 1_000) / count;
  });
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
