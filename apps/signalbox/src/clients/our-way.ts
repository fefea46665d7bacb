import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { findConfig } from '../hub/find-config.ts';
import type { HubClues } from '../hub/hub-location.ts';
import type { Way } from './client-entry.ts';

/**
 * How a client starts us over stdio: as this program was started. A checkout is named with its own Node, a run of npx
 * goes through npx again, and an installed program by its name.
 */
export function stdioWay(clues: Pick<HubClues, 'config' | 'env' | 'cwd'>): Way {
  const program = fileURLToPath(new URL('../../bin/signalbox.mjs', import.meta.url));
  const config = findConfig(clues);
  const args = ['mcp', ...(config === undefined ? [] : ['--config', config])];
  if (existsSync(program)) return { kind: 'stdio', command: process.execPath, args: [program, ...args] };
  if (/[/\\]_npx[/\\]/.test(import.meta.url)) {
    return { kind: 'stdio', command: 'npx', args: ['-y', 'signalbox', ...args] };
  }
  return { kind: 'stdio', command: 'signalbox', args };
}
