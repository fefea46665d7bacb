import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** The program, as a checkout runs it. */
export const program = join(root, 'apps/signalbox/bin/signalbox.mjs');

/** The programs the install brought. */
export const binFolder = join(root, 'node_modules/.bin');

/** A fixture server of the gateway. */
export function gatewayFixture(file: string): string {
  return join(root, 'extensions/gateway/test/fixtures', file);
}
