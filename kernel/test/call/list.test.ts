import type { ListRequest, Principal } from '@signalbox/sdk';
import { expectCode } from '@signalbox/sdk/expect-code';
import { startTestHub, type TestHub } from '@signalbox/testkit';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { entry, tools } from '../support/make-catalog.ts';
import { makeProbe, text } from '../support/probe.ts';

const probe = makeProbe();
let hub: TestHub;

const ada: Principal = { kind: 'user', id: 'ada', org: 'local', level: 'trusted', roles: ['member'] };
const page = (changes: Partial<ListRequest> = {}) =>
  hub.hub.calls.list({
    kind: 'tool',
    view: 'all',
    principal: ada,
    interface: { name: 'http', level: 'anchor' },
    ...changes,
  });
const names = ({ items }: { items: readonly object[] }): unknown[] =>
  items.map((item) => 'name' in item && item.name);

function walk(changes: Partial<ListRequest> = {}): unknown[] {
  const all: unknown[] = [];
  let cursor: string | undefined;
  do {
    const next = page(cursor === undefined ? changes : { ...changes, cursor });
    all.push(...names(next));
    cursor = next.nextCursor;
  } while (cursor !== undefined);
  return all;
}

beforeAll(async () => {
  hub = await startTestHub({ extensions: [probe.extension], settings: { limits: { pageSize: 2 } } });
  probe.open('a', [...tools('1', '2', '3', '4'), entry('tool', '0', 'anchor'), entry('prompt', 'p')], () =>
    text('ok'),
  );
});

afterAll(() => hub.stop());

describe('a list in pages', () => {
  test('has each visible entry once, in order, and ends without a cursor', () => {
    expect(walk()).toEqual(['a__1', 'a__2', 'a__3', 'a__4']);
    const last = page({ cursor: page().nextCursor ?? '' });
    expect([names(last), last.nextCursor]).toEqual([['a__3', 'a__4'], undefined]);
    expect(names(page({ kind: 'prompt' }))).toEqual(['a__p']);
  });

  test('neither skips nor repeats what stays when the catalog changes between two pages', () => {
    const first = page();
    const source = probe.open('0', tools('new'), () => text('ok'));
    expect(names(page({ cursor: first.nextCursor ?? '' }))).toEqual(['a__3', 'a__4']);
    source.withdraw();
    expect(names(page({ cursor: first.nextCursor ?? '' }))).toEqual(['a__3', 'a__4']);
  });

  test('leaves out a source that is down', () => {
    const source = probe.open('down', tools('t'), () => text('ok'));
    expect(walk()).toContain('down__t');
    source.setState({ status: 'unavailable', reason: 'crashed' });
    expect(walk()).not.toContain('down__t');
    source.setState({ status: 'connecting' });
    expect(walk()).toContain('down__t');
    source.withdraw();
  });
});

describe('a cursor', () => {
  const good = (): string => page().nextCursor ?? '';

  test.each([
    ['nothing', () => ''],
    ['no base64', () => '%%%'],
    ['no JSON', () => Buffer.from('x').toString('base64url')],
    ['another shape', () => Buffer.from('{"a":1}').toString('base64url')],
    ['too few parts', () => Buffer.from('["tool","all"]').toString('base64url')],
    ['a part that is no text', () => Buffer.from('["tool","all",5]').toString('base64url')],
    ['a deep text', () => Buffer.from('['.repeat(100_000)).toString('base64url')],
  ])('that is %s is refused', (_what, cursor) => {
    const error = expectCode('invalid_params', () => page({ cursor: cursor() }));
    expect(error.message).toBe('this cursor is not one of this list; start again without a cursor');
  });

  test('of another list or another view is refused', () => {
    expectCode('invalid_params', () => page({ kind: 'prompt', cursor: good() }));
    expectCode('invalid_params', () => page({ view: 'upstream:a', cursor: good() }));
  });

  test('whatever is done to it shows nothing that is not visible anyway', () => {
    const visible = new Set(walk());
    fc.assert(
      fc.property(fc.nat(), fc.nat(255), fc.string(), (place, byte, name) => {
        const bytes = Buffer.from(good(), 'base64url');
        bytes[place % bytes.length] = byte;
        const forged = Buffer.from(JSON.stringify(['tool', 'all', name])).toString('base64url');
        for (const cursor of [bytes.toString('base64url'), forged]) {
          try {
            expect(names(page({ cursor })).filter((each) => !visible.has(each))).toEqual([]);
          } catch (error) {
            expect(error).toMatchObject({ code: 'invalid_params' });
          }
        }
      }),
      { seed: 20_261_130, numRuns: 300 },
    );
  });
});
