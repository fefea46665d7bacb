import { describe, expect, test } from 'vitest';
import { compileGlob } from '../src/glob.ts';

describe('a pattern', () => {
  test.each<[string, string, boolean]>([
    ['read', 'read', true],
    ['read', 'reader', false],
    ['read_*', 'read_file', true],
    ['*_file', 'read_file', true],
    ['r*_*e', 'read_file', true],
    ['a*b*c', 'acb', false],
    ['a*a', 'a', false],
    ['ab*ba', 'aba', false],
    ['*', '', true],
    ['**', 'x', true],
    ['file:///*/x', 'file:///a/b/x', true],
    ['a.c', 'abc', false],
  ])('%s and %s: %s', (pattern, text, fits) => {
    expect(compileGlob(pattern)(text)).toBe(fits);
  });

  test('fits in time that grows with the text, however it is made', () => {
    expect(compileGlob('*a'.repeat(100))('a'.repeat(99))).toBe(false);
    expect(compileGlob('*a'.repeat(100))('a'.repeat(10_000))).toBe(true);
  });
});
