import { type Finding, fail, ok } from './finding.ts';

/** Checks the version of Node this runs on. */
export function checkNode(version: string): Finding {
  if (Number(version.split('.')[0]) >= 24) return ok('node', version);
  return fail('node', `${version} is too old`, 'install Node 24 or newer from https://nodejs.org');
}
