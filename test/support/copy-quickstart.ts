import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import type { Home } from './home.ts';
import { root } from './paths.ts';

/** Where a copy of the quickstart lies, and the words that start it. */
export interface Quickstart {
  readonly folder: string;
  /** The `start` script of the repository, for the copy. */
  readonly command: readonly string[];
}

/** Copies the quickstart with a free port for its HTTP upstream, so that the copy runs beside any other. */
export async function copyQuickstart(home: Home): Promise<Quickstart> {
  const folder = join(home.folder, 'examples/quickstart');
  mkdirSync(join(home.folder, 'examples'));
  cpSync(join(root, 'examples/quickstart'), folder, { recursive: true });
  rmSync(join(folder, '.signalbox'), { recursive: true, force: true });
  // Its HTTP upstream names ../../node_modules.
  symlinkSync(join(root, 'node_modules'), join(home.folder, 'node_modules'));
  const settings = join(folder, 'signalbox.yaml');
  writeFileSync(settings, readFileSync(settings, 'utf8').replaceAll('4411', String(await freePort())));
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: { start: string };
  };
  const command = scripts.start
    .replace('examples/quickstart/signalbox.yaml', settings)
    .replace('apps/signalbox', join(root, 'apps/signalbox'))
    .split(' ');
  return { folder, command };
}
