import { expect, test } from 'vitest';
import { pageByKey, sortByKey } from '../src/page.ts';

const self = (text: string): string => text;

test('the cursor is the last key, so a list goes on where it was although it changed', () => {
  expect(pageByKey(['a', 'b', 'c'], self, { limit: 2 })).toEqual({ items: ['a', 'b'], nextCursor: 'b' });
  expect(pageByKey(['a', 'bb', 'c'], self, { limit: 2, cursor: 'b' })).toEqual({ items: ['bb', 'c'] });
  expect(pageByKey(['a'], self, { limit: 2, cursor: 'z' })).toEqual({ items: [] });
  expect(pageByKey([], self, { limit: 2 })).toEqual({ items: [] });
  expect(pageByKey(['a', 'b'], self, { limit: 2 })).toEqual({ items: ['a', 'b'] });
});

test('the order is that of code units on every machine', () => {
  expect(sortByKey(['b', 'B', 'ä', 'a_b', 'a-b'], self)).toEqual(['B', 'a-b', 'a_b', 'b', 'ä']);
});
