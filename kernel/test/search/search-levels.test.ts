import { isJsonObject, isSignalboxError, type Level, levels, type SourceEntry } from '@signalbox/sdk';
import { startTestHub, type TestHub } from '@signalbox/testkit';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeProbe, text } from '../support/probe.ts';
import { tool } from '../support/tool-corpus.ts';

const probe = makeProbe();
let hub: TestHub;
const view = 'endpoint:work';
const words = ['read', 'write', 'issue', 'fileName', 'zebra', 'größe', '_', 'list-all'];

beforeAll(async () => {
  hub = await startTestHub({
    extensions: [probe.extension],
    settings: {
      limits: { callBurst: 1_000_000 },
      endpoints: { work: { disclosure: 'search' }, full: {} },
    },
  });
  for (const source of levels) {
    const entries: SourceEntry[] = levels.flatMap((own) =>
      words.map((word) => ({ ...tool(`${word}_${own}`, `Does ${word}`), minLevel: own })),
    );
    probe.open(
      `of-${source}`,
      [...entries, tool('inherits', 'Has the level of its source')],
      () => text('ok'),
      {
        minLevel: source,
      },
    );
  }
});

afterAll(() => hub.stop());

const level = fc.constantFrom(...levels);
const callers = fc.record({ own: level, through: level, grant: level });
type Caller = typeof callers extends fc.Arbitrary<infer Value> ? Value : never;

const asRequest = ({ own, through, grant }: Caller) => ({
  principal: { kind: 'user', id: 'ada', org: 'local', level: own, grant, roles: ['member'] } as const,
  interface: { name: 'http', level: through } as const,
});

/** What the same caller is shown where nothing is searched. */
function visible(caller: Caller): string[] {
  const names: string[] = [];
  let cursor: string | undefined;
  do {
    const request = { kind: 'tool', view: 'endpoint:full', ...asRequest(caller) } as const;
    const page = hub.hub.calls.list(cursor === undefined ? request : { ...request, cursor });
    names.push(...page.items.map(({ name }) => (typeof name === 'string' ? name : '')));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return names;
}

async function search(caller: Caller, query: string, limit: number): Promise<string[]> {
  const params = { arguments: { query, limit } };
  const result = await hub.call('tool', 'search_tools', params, { view, ...asRequest(caller) });
  const found = result.kind === 'data' ? result.value['structuredContent'] : undefined;
  const tools = isJsonObject(found) && Array.isArray(found['tools']) ? found['tools'] : [];
  return tools.map((each) => (isJsonObject(each) && typeof each['name'] === 'string' ? each['name'] : ''));
}

/** True when this way leads to a tool of this name, false when there is none. */
async function leads(caller: Caller, way: 'call_tool' | 'describe_tool', name: string): Promise<boolean> {
  try {
    await hub.call('tool', way, { arguments: { name } }, { view, ...asRequest(caller) });
    return true;
  } catch (error) {
    if (isSignalboxError(error) && error.code === 'not_found') return false;
    throw error;
  }
}

const everything = (): string[] => visible({ own: 'anchor', through: 'anchor', grant: 'anchor' });

test('what is found may be called and described, and nothing else is', async () => {
  await fc.assert(
    fc.asyncProperty(callers, fc.constantFrom(...words, 'does', 'source'), async (caller, query) => {
      const allowed = new Set(visible(caller));
      const found = await search(caller, query, 50);
      expect(found.filter((name) => !allowed.has(name))).toEqual([]);
      for (const name of found.slice(0, 5)) {
        expect(await leads(caller, 'call_tool', name)).toBe(true);
        expect(await leads(caller, 'describe_tool', name)).toBe(true);
      }
    }),
    { seed: 20_261_204, numRuns: 150 },
  );
});

test('what may be called is found first by its exact name, at each of the four levels', async () => {
  for (const own of levels) {
    const caller: Caller = { own, through: 'anchor', grant: 'anchor' };
    const allowed = visible(caller);
    expect(allowed.length).toBeGreaterThan(0);
    for (const name of allowed) expect((await search(caller, name, 1))[0]).toBe(name);
  }
});

test('call_tool and describe_tool lead exactly to what the caller would be listed', async () => {
  const names = everything();
  await fc.assert(
    fc.asyncProperty(callers, fc.constantFrom(...names), async (caller, name) => {
      const isAllowed = visible(caller).includes(name);
      expect(await leads(caller, 'call_tool', name)).toBe(isAllowed);
      expect(await leads(caller, 'describe_tool', name)).toBe(isAllowed);
      if (!isAllowed) expect(await search(caller, name, 50)).not.toContain(name);
    }),
    { seed: 20_261_205, numRuns: 200 },
  );
});

test('the list of the endpoint is the same for every level: it tells nothing', () => {
  const lists = levels.map((own: Level) =>
    hub.hub.calls
      .list({ kind: 'tool', view, ...asRequest({ own, through: 'anchor', grant: 'anchor' }) })
      .items.map(({ name }) => name),
  );
  for (const list of lists) expect(list).toEqual(['call_tool', 'describe_tool', 'search_tools']);
});
