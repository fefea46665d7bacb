import { type Level, levels, type Principal } from '@signalbox/sdk';
import type { RuleDefinition, Target } from '../src/index.ts';
import type { PlainQuestion } from './reference.ts';

/** Numbers that look random and are the same for the same seed (mulberry32). */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** A whole number below the bound. */
  below(bound: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  }

  one<Value>(...values: readonly [Value, ...Value[]]): Value {
    return values[this.below(values.length)] ?? values[0];
  }

  /** True once in so many times. */
  once(times: number): boolean {
    return this.below(times) === 0;
  }

  /** Some of the values, at least one. */
  some<Value>(...values: readonly [Value, ...Value[]]): Value[] {
    const chosen = values.filter(() => this.once(2));
    return chosen.length > 0 ? chosen : [this.one(...values)];
  }

  /** A member that is there once in so many times. */
  maybe<Name extends string, Value>(
    times: number,
    name: Name,
    make: () => Value,
  ): { [name in Name]?: Value } {
    return (this.once(times) ? { [name]: make() } : {}) as { [name in Name]?: Value };
  }
}

/** Rules and a question about them. */
export interface Case {
  readonly rules: readonly RuleDefinition[];
  readonly question: PlainQuestion;
}

/** The case of a seed. */
export function makeCase(dice: Dice): Case {
  const count = 1 + dice.below(5);
  return {
    rules: Array.from({ length: count }, (_, index) => makeRule(dice, index)),
    question: {
      principal: { ...makePrincipal(dice), ...dice.maybe(4, 'onBehalfOf', () => makePrincipal(dice)) },
      through: { name: dice.one('http', 'stdio'), level: mostlyHigh(dice) },
      target: makeTarget(dice),
      isListing: dice.once(3),
      args: { ...dice.maybe(2, 'x', () => makeScalar(dice)), ...dice.maybe(2, 'y', () => makeScalar(dice)) },
      atMs: Date.UTC(2026, 4, 25) + dice.below(36 * 86_400) * 1_000,
    },
  };
}

/** Somebody. */
export function makePrincipal(dice: Dice): Principal {
  return {
    kind: dice.one<Principal['kind']>('user', 'user', 'user', 'service', 'extension', 'anonymous'),
    id: dice.one('ada', 'bob'),
    org: dice.once(20) ? 'other' : 'acme',
    level: mostlyHigh(dice),
    ...dice.maybe(5, 'grant', () => mostlyHigh(dice)),
    ...(dice.once(8)
      ? {}
      : { roles: dice.once(5) ? dice.some('viewer', 'auditor', 'nobody') : dice.some('member', 'owner') }),
    ...dice.maybe(2, 'teams', () => dice.some('ops', 'dev')),
    ...dice.maybe(4, 'scopes', () => makeScopes(dice)),
    ...dice.maybe(3, 'credential', () => ({
      kind: 'access-token' as const,
      id: 'x',
      ...dice.maybe(2, 'client', () => dice.one('cli', 'web')),
      ...dice.maybe(3, 'expiresAt', () => (dice.once(6) ? 0 : 4_000_000_000_000)),
    })),
  };
}

/** Scopes, those of others among them. */
export function makeScopes(dice: Dice): string[] {
  if (dice.once(10)) return [];
  return dice.some(
    'tools:list',
    'tools:call',
    'tools:call:ci',
    'tools:call:cd',
    'resources:read',
    'prompts:read',
    'openid',
  );
}

function mostlyHigh(dice: Dice): Level {
  return dice.once(6) ? dice.one(...levels) : dice.one('trusted', 'anchor');
}

function makeTarget(dice: Dice): Target {
  return {
    kind: dice.one<Target['kind']>('tool', 'tool', 'resource', 'prompt'),
    source: dice.one('ci', 'cd'),
    name: dice.one('deploy', 'delete', 'list'),
    minLevel: dice.one<Level>('none', 'public', 'trusted'),
    ...dice.maybe(4, 'org', () => (dice.once(5) ? 'other' : 'acme')),
    ...dice.maybe(2, 'annotations', () => ({
      ...dice.maybe(2, 'readOnlyHint', () => dice.once(2)),
      ...dice.maybe(2, 'destructiveHint', () => dice.once(2)),
    })),
    ...dice.maybe(5, 'review', () => dice.one('approved', 'approved', 'quarantined', 'unreviewed')),
  };
}

function makeScalar(dice: Dice): string | number | boolean {
  return dice.one<string | number | boolean>('a', 'ab', 1, 5, true);
}

function makeRule(dice: Dice, index: number): RuleDefinition {
  // Not read by the schema each time: the tests hold some of them against it.
  return {
    id: `r${index}`,
    effect: dice.one('allow', 'allow', 'allow', 'approve', 'deny'),
    isEnabled: !dice.once(8),
    ...dice.maybe(2, 'who', () => makeWho(dice)),
    ...dice.maybe(2, 'what', () => makeWhat(dice)),
    ...dice.maybe(10, 'when', () => makeWindow(dice)),
    ...dice.maybe(4, 'args', () => [makePredicate(dice), ...(dice.once(3) ? [makePredicate(dice)] : [])]),
  } as RuleDefinition;
}

function makeWho(dice: Dice): object {
  return {
    ...dice.maybe(3, 'users', () => dice.some('ada', 'bob')),
    ...dice.maybe(9, 'services', () => dice.some('ada', 'bob')),
    ...dice.maybe(5, 'teams', () => dice.some('ops', 'dev')),
    ...dice.maybe(3, 'roles', () => dice.some('owner', 'member', 'public', 'extension')),
    ...dice.maybe(8, 'clients', () => dice.some('cli', 'web')),
    ...dice.maybe(4, 'interfaces', () => dice.some('http', 'stdio')),
  };
}

function makeWhat(dice: Dice): object {
  return {
    ...dice.maybe(3, 'upstreams', () => dice.some('ci', 'cd')),
    ...dice.maybe(3, 'targets', () => dice.some('de*', '*t*', 'list', '*')),
    ...dice.maybe(5, 'kinds', () => dice.some('tool', 'resource', 'prompt')),
    ...dice.maybe(4, 'annotations', () => ({ [dice.one('readOnlyHint', 'destructiveHint')]: dice.once(2) })),
  };
}

function makeWindow(dice: Dice): object {
  return {
    ...dice.maybe(2, 'days', () => dice.some('mon', 'tue', 'sat', 'sun')),
    ...dice.maybe(2, 'from', () => dice.one('00:00', '09:00', '22:30')),
    ...dice.maybe(2, 'to', () => dice.one('06:00', '17:00', '23:59')),
    timeZone: dice.one('UTC', 'Europe/Chisinau', 'America/New_York'),
    ...dice.maybe(4, 'notBefore', () => '2026-06-01T00:00:00Z'),
    ...dice.maybe(4, 'notAfter', () => '2026-06-20T00:00:00Z'),
  };
}

function makePredicate(dice: Dice): object {
  const at = dice.one('/x', '/y');
  return dice.one<() => object>(
    () => ({ at, is: dice.one('present', 'absent') }),
    () => ({ at, is: dice.one('equal', 'unequal'), value: makeScalar(dice) }),
    () => ({
      at,
      is: dice.one('one-of', 'none-of'),
      value: dice.some<string | number | boolean>('a', 1, true),
    }),
    () => ({ at, is: dice.one('less', 'at-most', 'more', 'at-least'), value: dice.one(1, 3) }),
    () => ({ at, is: dice.one('starting', 'ending', 'containing'), value: dice.one('a', 'b') }),
  )();
}
