import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/** Where a program is, as the system would look for it; undefined when it is not there or may not be run. */
export function findProgram(
  program: string,
  env: { readonly [name: string]: string | undefined },
  platform: string,
): string | undefined {
  const endings = platform === 'win32' ? ['', ...(env['PATHEXT'] ?? '.EXE;.CMD;.BAT').split(';')] : [''];
  const hasFolder = isAbsolute(program) || program.includes('/') || program.includes('\\');
  const folders = hasFolder ? [''] : (env['PATH'] ?? env['Path'] ?? '').split(delimiter);
  return folders
    .flatMap((folder) => endings.map((ending) => join(folder, program + ending)))
    .find((path) => isProgram(path));
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
