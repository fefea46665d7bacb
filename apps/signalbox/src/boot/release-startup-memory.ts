import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Gives back what starting up has used: an idle hub would otherwise keep some 12 MB of garbage, because nothing
 * makes it collect. Once, when every upstream has been tried; it takes a few milliseconds.
 */
export function releaseStartupMemory(): void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect({ type: 'major', flavor: 'last-resort' });
}
