import { expect, test } from 'vitest';
import { childEnvironment } from '../../src/process/child-environment.ts';

test('a child inherits what a program needs to run, and nothing else', () => {
  const hub = { PATH: '/bin', HOME: '/root', API_KEY: 'secret', SHELL: '() { evil; }' };
  expect(childEnvironment({ OWN: '1', PATH: '/own' }, hub, 'linux')).toEqual({
    PATH: '/own',
    HOME: '/root',
    OWN: '1',
  });
});

test('on Windows it is what Windows needs', () => {
  const hub = { PATH: 'C:', SYSTEMROOT: 'C:\\Windows', HOME: 'x' };
  expect(childEnvironment({}, hub, 'win32')).toEqual({ PATH: 'C:', SYSTEMROOT: 'C:\\Windows' });
});
