import { type RuleDefinition, ruleDefinition } from '@signalbox/policy';

/** Rules as an organization has them: most name people, upstreams and tools; some look at arguments and the time. */
export function organizationRules(count: number): readonly RuleDefinition[] {
  const first = ruleDefinition.parse({ id: 'first', effect: 'allow' });
  const others = Array.from({ length: count - 1 }, (_, index) =>
    ruleDefinition.parse({
      id: `r${index}`,
      effect: index % 3 === 0 ? 'deny' : index % 3 === 1 ? 'approve' : 'allow',
      who: index % 4 === 0 ? { teams: ['ops'] } : { users: [`user-${index}`, 'ada'] },
      what: { upstreams: [`up-${index % 20}`], targets: [`tool_${index}*`, '*_never'] },
      ...(index % 5 === 0 ? { args: [{ at: '/amount', is: 'more', value: 100 }] } : {}),
      ...(index % 7 === 0 ? { when: { from: '09:00', to: '17:00' } } : {}),
    }),
  );
  return [first, ...others];
}
