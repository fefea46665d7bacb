import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type CallInterface,
  compareLevels,
  effectiveLevel,
  type Level,
  levels,
  lowestLevel,
  type Principal,
} from '../src/index.ts';

const user = (level: Level, more: Partial<Principal> = {}): Principal => ({
  kind: 'user',
  id: 'ada',
  org: 'local',
  level,
  ...more,
});
const through = (level: Level): CallInterface => ({ name: 'http', level });

describe('levels', () => {
  test('are ordered none, public, trusted, anchor', () => {
    const table = levels.map((a) => levels.map((b) => Math.sign(compareLevels(a, b))));
    expect(table).toEqual([
      [0, -1, -1, -1],
      [1, 0, -1, -1],
      [1, 1, 0, -1],
      [1, 1, 1, 0],
    ]);
  });

  test.each([
    [[], 'anchor'],
    [['anchor'], 'anchor'],
    [['trusted', 'public', 'anchor'], 'public'],
    [['anchor', 'none'], 'none'],
  ] as const)('the lowest of %j is %s', (given, lowest) => {
    expect(lowestLevel(...given)).toBe(lowest);
  });

  test.each([
    ['interface', user('anchor'), through('public'), 'public'],
    ['user', user('trusted'), through('anchor'), 'trusted'],
    ['grant', user('anchor', { grant: 'public' }), through('anchor'), 'public'],
    ['delegation', user('anchor', { onBehalfOf: user('none') }), through('anchor'), 'none'],
    [
      'the grant of whom it acts for',
      user('anchor', { onBehalfOf: user('anchor', { grant: 'public' }) }),
      through('anchor'),
      'public',
    ],
    [
      'a chain of delegations',
      user('anchor', { onBehalfOf: user('anchor', { onBehalfOf: user('trusted') }) }),
      through('anchor'),
      'trusted',
    ],
    ['nothing', user('anchor'), through('anchor'), 'anchor'],
  ] as const)('%s lowers what a principal may reach', (_what, principal, via, level) => {
    expect(effectiveLevel(principal, via)).toBe(level);
  });

  test('the effective level is the lowest of everything along the chain, in whatever order', () => {
    const level = fc.constantFrom(...levels);
    const link = fc.record({ level, grant: fc.option(level, { nil: undefined }) });
    fc.assert(
      fc.property(level, fc.array(link, { minLength: 1, maxLength: 5 }), (entry, links) => {
        const principal = links.reduceRight<Principal | undefined>(
          (onBehalfOf, { level: own, grant }) =>
            user(own, { ...(grant ? { grant } : {}), ...(onBehalfOf ? { onBehalfOf } : {}) }),
          undefined,
        );
        const ranks = [
          entry,
          ...links.flatMap(({ level: own, grant }) => (grant ? [own, grant] : [own])),
        ].map((each) => levels.indexOf(each));
        expect(principal && effectiveLevel(principal, through(entry))).toBe(levels[Math.min(...ranks)]);
      }),
      { seed: 20_261_121, numRuns: 500 },
    );
  });
});
