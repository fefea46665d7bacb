import { describe } from 'vitest';
import { describeCrash } from './describe-crash.ts';
import { describeMigrations } from './describe-migrations.ts';
import { describeTogether } from './describe-together.ts';
import { describeTransactions } from './describe-transactions.ts';
import { describeValues } from './describe-values.ts';
import { describeWrites } from './describe-writes.ts';
import type { StoreUnderTest } from './store-under-test.ts';

/** What every store promises; each driver's tests run it. */
export function describeStore(subject: StoreUnderTest): void {
  describe(`the store on ${subject.dialect}`, () => {
    describeMigrations(subject);
    describeWrites(subject);
    describeTogether(subject);
    describeTransactions(subject);
    describeValues(subject);
    describeCrash(subject);
  });
}
