import { describe, expect, test } from 'vitest';
import {
  type Orderer,
  orderedBy,
  orderersIn,
  orderersKept,
  type Principal,
  requireRoomFor,
  type StandIn,
} from '../src/index.ts';

const rights: StandIn = { kind: 'user', id: 'ada', org: 'local', level: 'trusted' };
const user = (id: string): Orderer => ({ kind: 'user', id });
const users = (count: number): readonly Orderer[] =>
  Array.from({ length: count }, (_, index) => user(`user-${index}`));

describe('who has ordered something', () => {
  test('is named once, however often they have, and whose rights it has is not named again', () => {
    const ordered = orderedBy({ ...rights, orderedBy: [user('bob')] }, [
      user('eve'),
      user('ada'),
      user('bob'),
      user('eve'),
      { kind: 'service', id: 'ada' },
    ]);
    expect(ordered.orderedBy).toEqual([user('bob'), user('eve'), { kind: 'service', id: 'ada' }]);
    expect(orderedBy(rights, [user('ada')])).toEqual(rights);
  });

  test('is everybody: who does it, who has them do it, and whom they act for', () => {
    const bob: Principal = {
      ...user('bob'),
      org: 'local',
      level: 'trusted',
      orderedBy: [user('eve')],
      onBehalfOf: { ...user('zoe'), org: 'local', level: 'trusted' },
    };
    expect(orderersIn(bob)).toEqual([user('bob'), user('eve'), user('zoe')]);
  });

  test('joins until there are 100 with whose rights it has, and none is forgotten for one more', () => {
    const almost = orderedBy(rights, users(98));
    requireRoomFor([user('eve')], almost);
    const full = orderedBy(almost, [user('eve')]);
    expect(orderersIn({ ...full, level: 'trusted' })).toHaveLength(100);
    const refused = expect.objectContaining({ code: 'forbidden' });
    expect(() => requireRoomFor([user('zoe')], full)).toThrow(refused);
    // Who is among them already, and whose rights these are.
    requireRoomFor([user('eve'), user('ada'), user('user-0')], full);
    const beyond = orderedBy(full, [user('zoe')]);
    expect(beyond.orderedBy).toHaveLength(100);
    expect(() => orderersIn({ ...beyond, level: 'trusted' })).toThrow(refused);
    requireRoomFor([user('zoe')], beyond);
  });

  test('can be read again for what a full task and a full event make together', () => {
    const all = [...users(99), ...users(99).map(({ id }): Orderer => ({ kind: 'service', id }))];
    expect(orderersKept.parse(JSON.parse(JSON.stringify(all)))).toEqual(all);
  });
});
