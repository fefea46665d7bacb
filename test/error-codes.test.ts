import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorTable } from '@signalbox/sdk';
import { expect, test } from 'vitest';
import { root } from './support/paths.ts';

const rooms = ['packages', 'kernel', 'extensions', 'apps', 'test'];

/** Every test of the repository, as one text. */
const tests = rooms
  .flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: 'utf8' }).map((file) =>
      join(root, room, file),
    ),
  )
  .filter(
    (file) =>
      /[\\/](test|test-suite)[\\/].*\.ts$/.test(file) &&
      !file.includes('node_modules') &&
      !file.endsWith('error-codes.test.ts'),
  )
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n');

test.each(Object.keys(errorTable))('a test produces the error code %s', (code) => {
  expect(tests.includes(`'${code}'`)).toBe(true);
});
