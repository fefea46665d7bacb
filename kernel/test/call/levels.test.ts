import {
  type CallInterface,
  isSignalboxError,
  type Level,
  levels,
  type Principal,
  type SourceEntry,
} from '@signalbox/sdk';
import { startTestHub, type TestHub } from '@signalbox/testkit';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { entry } from '../support/make-catalog.ts';
import { makeProbe, text } from '../support/probe.ts';

const probe = makeProbe();
let hub: TestHub;

/** Every pair of an entry's own level and its source's. */
const offered: { readonly source: Level; readonly own: Level | undefined; readonly name: string }[] =
  levels.flatMap((source) =>
    [undefined, ...levels].map((own) => ({ source, own, name: `${source}-source__${own ?? 'inherits'}` })),
  );

beforeAll(async () => {
  hub = await startTestHub({ extensions: [probe.extension], settings: { limits: { callBurst: 1_000_000 } } });
  for (const source of levels) {
    const entries: SourceEntry[] = [undefined, ...levels].map((own) => entry('tool', own ?? 'inherits', own));
    probe.open(`${source}-source`, entries, () => text('ok'), { minLevel: source });
  }
});

afterAll(() => hub.stop());

/** The rule once more, written as plainly as it can be said. */
function mayUse(caller: readonly Level[], needed: Level): boolean {
  const height = { none: 0, public: 1, trusted: 2, anchor: 3 };
  return caller.every((level) => height[level] >= height[needed]);
}

const level = fc.constantFrom(...levels);
const callers = fc.record({
  through: level,
  own: level,
  grant: fc.option(level, { nil: undefined }),
  behalf: fc.option(level, { nil: undefined }),
});
type Caller = typeof callers extends fc.Arbitrary<infer Value> ? Value : never;

function asRequest({ through, own, grant, behalf }: Caller): {
  principal: Principal;
  interface: CallInterface;
} {
  const base = { kind: 'user', id: 'ada', org: 'local', roles: ['member'] } as const;
  return {
    principal: {
      ...base,
      level: own,
      ...(grant ? { grant } : {}),
      ...(behalf ? { onBehalfOf: { ...base, level: behalf } } : {}),
    },
    interface: { name: 'http', level: through },
  };
}

const levelsOf = ({ through, own, grant, behalf }: Caller): Level[] =>
  [through, own, grant, behalf].filter((each) => each !== undefined);

function shown(caller: Caller): string[] {
  const { items } = hub.hub.calls.list({ kind: 'tool', view: 'all', ...asRequest(caller) });
  return items.map((item) => (typeof item['name'] === 'string' ? item['name'] : ''));
}

async function callable(caller: Caller): Promise<string[]> {
  const outcomes = offered.map(async ({ name }) => {
    try {
      await hub.call('tool', name, {}, asRequest(caller));
      return [name];
    } catch (error) {
      if (isSignalboxError(error) && error.code === 'not_found') return [];
      throw error;
    }
  });
  return (await Promise.all(outcomes)).flat();
}

test('a caller is shown, and may call, exactly what the rule allows', async () => {
  await fc.assert(
    fc.asyncProperty(callers, async (caller) => {
      const allowed = offered
        .filter(({ source, own }) => mayUse(levelsOf(caller), own ?? source))
        .map(({ name }) => name)
        .sort();
      expect(shown(caller)).toEqual(allowed);
      expect((await callable(caller)).sort()).toEqual(allowed);
    }),
    { seed: 20_261_127, numRuns: 120 },
  );
});

test('lowering any level never shows more', () => {
  const which = fc.constantFrom('through', 'own', 'grant', 'behalf');
  fc.assert(
    fc.property(callers, which, level, (caller, part, lower) => {
      fc.pre(levels.indexOf(lower) <= levels.indexOf(caller[part] ?? 'anchor'));
      const before = new Set(shown(caller));
      expect(shown({ ...caller, [part]: lower }).filter((name) => !before.has(name))).toEqual([]);
    }),
    { seed: 20_261_128, numRuns: 300 },
  );
});
