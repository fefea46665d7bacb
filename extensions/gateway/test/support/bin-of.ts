import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

/** The program file of an installed package. */
export function binOf(packageName: string, bin: string): string {
  const folder = require.resolve
    .paths(packageName)
    ?.map((path) => join(path, packageName))
    .find(isPackage);
  if (folder === undefined) throw new Error(`${packageName} is not installed`);
  const { bin: bins } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    bin: Record<string, string>;
  };
  const file = bins[bin];
  if (file === undefined) throw new Error(`${packageName} has no program ${bin}`);
  return join(folder, file);
}

function isPackage(folder: string): boolean {
  try {
    return dirname(require.resolve(join(folder, 'package.json'))) === folder;
  } catch {
    return false;
  }
}
