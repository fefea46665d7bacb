import { expect, test } from 'vitest';
import { runCompliance } from './run-compliance.ts';

test('the official suite comes out as it says, errors of the kind it names', () => {
  expect(runCompliance()).toEqual({ cases: 892, deviations: [] });
});
