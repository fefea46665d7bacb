import { expect, test } from 'vitest';
import { PasswordHasher } from '../../src/password/password-hasher.ts';

/** A derivation that waits until it is told to go on, and counts. */
function makeGate() {
  const open: (() => void)[] = [];
  let runs = 0;
  return {
    open,
    runs: () => runs,
    derive: () => {
      runs += 1;
      return new Promise<Uint8Array>((resolve) => open.push(() => resolve(new Uint8Array(32))));
    },
  };
}

test('a password is kept as scrypt with N = 2^17, r = 8, p = 1 and found again', async () => {
  const hasher = new PasswordHasher();
  const kept = await hasher.hash('correct battery horse');
  expect(kept).toMatch(/^scrypt\$131072\$8\$1\$[\w-]{22}\$[\w-]{43}$/);
  expect(await hasher.verify('correct battery horse', kept)).toBe(true);
  expect(await hasher.verify('correct battery hors', kept)).toBe(false);
});

test.each([
  ['a hash', `scrypt$131072$8$1$${'A'.repeat(22)}$${'B'.repeat(43)}`],
  ['a hash cut short', `scrypt$131072$8$1$${'A'.repeat(22)}$`],
  ['no hash', null],
  ['a damaged hash', 'scrypt$1$8$1$A$A'],
])('the work is one derivation against %s', async (_, kept) => {
  const gate = makeGate();
  const answer = new PasswordHasher(gate.derive).verify('whatever it is', kept);
  await new Promise(setImmediate);
  gate.open[0]?.();
  expect(await answer).toBe(false);
  expect(gate.runs()).toBe(1);
});

test('two derivations run at once, 32 more wait, and the next is refused as overloaded', async () => {
  const gate = makeGate();
  const hasher = new PasswordHasher(gate.derive);
  const waiting = Array.from({ length: 34 }, () => hasher.verify('whatever it is', null));
  await new Promise(setImmediate);
  expect(gate.runs()).toBe(2);
  await expect(hasher.verify('whatever it is', null)).rejects.toMatchObject({ code: 'overloaded' });
  let done = 0;
  while (done < 34) {
    const next = gate.open.shift();
    if (next) {
      next();
      done += 1;
    }
    await new Promise(setImmediate);
  }
  expect(await Promise.all(waiting)).toEqual(waiting.map(() => false));
  expect(gate.runs()).toBe(34);
});
