import type { SubjectRef } from '@signalbox/sdk';
import { expect, test } from 'vitest';
import { Principals } from '../../src/principal/principals.ts';
import type { SubjectFacts } from '../../src/principal/subject-facts.ts';

const credential = { kind: 'session', id: 's' } as const;
const facts = (role: string): SubjectFacts => ({ roles: [role], teams: [], level: 'trusted' });
const subject = (id: string, org = 'local'): SubjectRef => ({ kind: 'user', id, org });

test('10,000 principals are kept, and the oldest goes first', async () => {
  const principals = new Principals(async () => facts('member'));
  const first = await principals.of(subject('0'), { credential });
  const second = await principals.of(subject('1'), { credential });
  for (let index = 2; index <= 10_000; index++) await principals.of(subject(`${index}`), { credential });
  expect(principals.of(subject('1'), { credential })).toBe(second);
  expect(principals.of(subject('0'), { credential })).toBeInstanceOf(Promise);
  expect(await principals.of(subject('0'), { credential })).not.toBe(first);
});

test('what was read before a change is not kept after it', async () => {
  const reads: ((found: SubjectFacts) => void)[] = [];
  const principals = new Principals(() => new Promise((resolve) => reads.push(resolve)));
  const old = principals.of(subject('ann'), { credential });
  expect(principals.of(subject('ann'), { credential })).toBe(old);
  principals.forget({ kind: 'facts', subject: 'ann' });
  const fresh = principals.of(subject('ann'), { credential });
  reads[0]?.(facts('owner'));
  expect(await old).toMatchObject({ roles: ['owner'] });
  reads[1]?.(facts('viewer'));
  expect(await fresh).toMatchObject({ roles: ['viewer'] });
  expect(principals.of(subject('ann'), { credential })).toBe(await fresh);
});

test.each([
  ['a person everywhere', { kind: 'facts', subject: 'ann' }, [true, true, false]],
  ['a person in one organization', { kind: 'facts', subject: 'ann', org: 'acme' }, [false, true, false]],
  ['an organization', { kind: 'revocation', org: 'local' }, [true, false, true]],
  ['everybody', { kind: 'revocation' }, [true, true, true]],
] as const)('a change about %s forgets nobody else', async (_, change, forgotten) => {
  const principals = new Principals(async () => facts('member'));
  const all = [subject('ann'), subject('ann', 'acme'), subject('bob')];
  for (const each of all) await principals.of(each, { credential });
  principals.forget(change);
  expect(all.map((each) => principals.of(each, { credential }) instanceof Promise)).toEqual(forgotten);
});

test('nobody is remembered as not there', async () => {
  let found: SubjectFacts | undefined;
  const principals = new Principals(async () => found);
  expect(await principals.of(subject('ann'), { credential })).toBeUndefined();
  found = facts('member');
  expect(await principals.of(subject('ann'), { credential })).toMatchObject({ id: 'ann' });
});
