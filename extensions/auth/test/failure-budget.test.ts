import { FakeClock } from '@signalbox/testkit';
import { expect, test } from 'vitest';
import { FailureBudget } from '../src/trail/failure-budget.ts';

test('all addresses of one network of IPv6 are counted as one, and another is not', () => {
  const budget = new FailureBudget(new FakeClock());
  const turns = Array.from({ length: 22 }, (_, index) => budget.take(`2001:db8:0:1::${index}`));
  expect(turns).toEqual([...Array.from({ length: 20 }, () => 'write'), 'limit', 'skip']);
  expect(budget.take('2001:db8:0:2::1')).toBe('write');
});
