import { describe, expect, test } from 'vitest';
import { type AppliedMigration, checksumOf, type Migration, planMigrations } from '../src/index.ts';

const given: readonly Migration[] = [
  { id: 1, name: 'one', sql: 'select 1' },
  { id: 3, name: 'three', sql: { sqlite: 'select 3', postgres: 'select 33' } },
];

describe('a plan', () => {
  test('of an empty store is everything, with the text of the dialect', () => {
    expect(planMigrations({ owner: 'o', dialect: 'postgres', given, applied: [] })).toEqual([
      { owner: 'o', id: 1, name: 'one', checksum: checksumOf('select 1'), sql: 'select 1' },
      { owner: 'o', id: 3, name: 'three', checksum: checksumOf('select 33'), sql: 'select 33' },
    ]);
  });

  test('leaves out what ran', () => {
    expect(plan(given, [applied(1, 'select 1')]).map(({ id }) => id)).toEqual([3]);
    expect(plan(given, [applied(1, 'select 1'), applied(3, 'select 3')])).toEqual([]);
  });

  test('does not mind other line endings', () => {
    const windows: Migration = { id: 1, name: 'one', sql: 'select\r\n1' };
    expect(plan([windows], [applied(1, 'select\n1')])).toEqual([]);
  });

  const refusals: readonly {
    what: string;
    given: readonly Migration[];
    ran: readonly AppliedMigration[];
    says: string;
  }[] = [
    {
      what: 'changed text',
      given,
      ran: [applied(1, 'select 2')],
      says: 'has another text than the one that ran',
    },
    { what: 'history it does not know', given, ran: [applied(2, 'select 2')], says: 'does not know' },
    {
      what: 'an id before one that ran',
      given,
      ran: [applied(3, 'select 3')],
      says: 'is out of order: 3 ran before it',
    },
    { what: 'ids that fall', given: given.toReversed(), ran: [], says: '1 follows 3; ids must grow' },
    {
      what: 'an id given twice',
      given: [...given, { id: 3, name: 'again', sql: '' }],
      ran: [],
      says: '3 follows 3',
    },
    {
      what: 'an id that is no counting number',
      given: [{ id: 0, name: 'zero', sql: '' }],
      ran: [],
      says: '0 follows 0',
    },
  ];
  test.for(refusals)('is refused for $what', ({ given, ran, says }) => {
    const error = catchError(() => plan(given, ran));
    expect(error).toMatchObject({ code: 'store_corrupt', message: expect.stringContaining(says) });
  });
});

function plan(
  given: readonly Migration[],
  ran: readonly AppliedMigration[],
): ReturnType<typeof planMigrations> {
  return planMigrations({ owner: 'o', dialect: 'sqlite', given, applied: ran });
}

function applied(id: number, sql: string): AppliedMigration {
  return { owner: 'o', id, name: `ran-${id}`, checksum: checksumOf(sql) };
}

function catchError(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return error;
  }
}
