import { expect, test } from 'vitest';
import storePostgres from '../src/index.ts';

test('the settings need a url and bound the rest', () => {
  expect(storePostgres.config.parse({ url: 'postgres://hub@db/hub' })).toEqual({
    url: 'postgres://hub@db/hub',
    maxConnections: 10,
    schema: 'signalbox',
    statementTimeoutMs: 30_000,
  });
  const wrong = [
    {},
    { url: 'mysql://db' },
    { url: 'postgres://db', schema: 'a;b' },
    { url: 'postgres://db', maxConnections: 1 },
  ];
  for (const settings of wrong) expect(storePostgres.config.safeParse(settings).success).toBe(false);
});
