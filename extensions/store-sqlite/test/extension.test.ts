import { expect, test } from 'vitest';
import storeSqlite from '../src/index.ts';
import { workerLocation } from '../src/worker-location.ts';

test('the settings name the file, and nothing else', () => {
  expect(storeSqlite.config.parse({})).toEqual({ path: 'signalbox.db' });
  for (const settings of [{ path: '' }, { path: '/data/signalbox.db', mode: 'fast' }])
    expect(storeSqlite.config.safeParse(settings).success).toBe(false);
});

test('the worker is found beside the sources and beside the bundle', () => {
  expect(workerLocation('file:///src/worker-link.ts').href).toBe('file:///src/worker.ts');
  expect(workerLocation('file:///dist/main.mjs').href).toBe('file:///dist/store-sqlite-worker.mjs');
});
