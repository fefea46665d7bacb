import { expect, test } from 'vitest';
import { argumentPredicate, holds } from '../src/argument-predicate.ts';

const args = { text: 'to: ada', n: 5, on: true, none: null, list: [{ id: 'x' }], 'a/b': { '~': 1 } };

test.each<[object, string]>([
  [{ at: '/n', is: 'present' }, 'yes'],
  [{ at: '/gone', is: 'present' }, 'no'],
  [{ at: '/gone', is: 'absent' }, 'yes'],
  [{ at: '/none', is: 'absent' }, 'no'],
  [{ at: '/n', is: 'equal', value: 5 }, 'yes'],
  [{ at: '/n', is: 'equal', value: '5' }, 'no'],
  [{ at: '/none', is: 'equal', value: null }, 'yes'],
  [{ at: '/gone', is: 'unequal', value: 5 }, 'yes'],
  [{ at: '/on', is: 'one-of', value: [false, true] }, 'yes'],
  [{ at: '/text', is: 'none-of', value: ['x'] }, 'yes'],
  [{ at: '/n', is: 'less', value: 5 }, 'no'],
  [{ at: '/n', is: 'at-most', value: 5 }, 'yes'],
  [{ at: '/n', is: 'more', value: 4 }, 'yes'],
  [{ at: '/n', is: 'at-least', value: 6 }, 'no'],
  [{ at: '/text', is: 'more', value: 4 }, 'unknown'],
  [{ at: '/gone', is: 'more', value: 4 }, 'no'],
  [{ at: '/text', is: 'starting', value: 'to:' }, 'yes'],
  [{ at: '/text', is: 'ending', value: 'bob' }, 'no'],
  [{ at: '/text', is: 'containing', value: ': a' }, 'yes'],
  [{ at: '/n', is: 'containing', value: '5' }, 'unknown'],
  [{ at: '/list/0/id', is: 'equal', value: 'x' }, 'yes'],
  [{ at: '/list/00/id', is: 'present' }, 'no'],
  [{ at: '/list/length', is: 'present' }, 'no'],
  [{ at: '/a~1b/~0', is: 'equal', value: 1 }, 'yes'],
  [{ at: '/constructor', is: 'present' }, 'no'],
  [{ at: '/text/length', is: 'present' }, 'no'],
])('%j: %s', (predicate, held) => {
  expect(holds(argumentPredicate.parse(predicate), args)).toBe(held);
});

test.each<[object]>([
  [{ at: 'n', is: 'present' }],
  [{ at: '/a~2', is: 'present' }],
  [{ at: '/n', is: 'like', value: 'x' }],
  [{ at: '/n', is: 'more', value: '5' }],
])('%j is no condition', (predicate) => {
  expect(argumentPredicate.safeParse(predicate).success).toBe(false);
});
