import { expect, test } from 'vitest';
import { joinedRead } from '../src/index.ts';

const isOf = (row: string, key: string): boolean => row.startsWith(key);

test('questions of one moment are one, and each gets its own rows', async () => {
  const asked: (readonly string[])[] = [];
  const read = joinedRead(async (keys: readonly string[]) => {
    asked.push(keys);
    return [...new Set(keys)].flatMap((key) => (key === 'x' ? [] : [`${key}1`, `${key}2`]));
  }, isOf);
  expect(await Promise.all([read('a'), read('b'), read('a'), read('x')])).toEqual([
    ['a1', 'a2'],
    ['b1', 'b2'],
    ['a1', 'a2'],
    [],
  ]);
  expect(await read('a')).toEqual(['a1', 'a2']);
  expect(asked).toEqual([['a', 'b', 'a', 'x'], ['a']]);
});

test('many are asked a hundred at a time', async () => {
  const asked: number[] = [];
  const read = joinedRead(async (keys: readonly string[]) => {
    asked.push(keys.length);
    return keys;
  }, isOf);
  await Promise.all(Array.from({ length: 250 }, (_, index) => read(`${index}.`)));
  expect(asked).toEqual([100, 100, 50]);
});

test('a question that fails fails for all who asked it, and for nobody after them', async () => {
  let isBroken = true;
  const read = joinedRead(async (keys: readonly string[]) => {
    if (isBroken) throw new Error('no answer');
    return keys;
  }, isOf);
  const outcomes = await Promise.allSettled([read('a'), read('b')]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  isBroken = false;
  expect(await read('a')).toEqual(['a']);
});
