import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** The program, as a checkout runs it: from its sources. */
export const checkoutProgram = join(root, 'apps/signalbox/bin/signalbox.mjs');

/** The program that is tested: the one that is published, where it was built; it starts in half the time. */
export const program = process.env['SIGNALBOX_TEST_PROGRAM'] ?? checkoutProgram;

/** The programs the install brought. */
export const binFolder = join(root, 'node_modules/.bin');

/** A fixture server of the gateway. */
export function gatewayFixture(file: string): string {
  return join(root, 'extensions/gateway/test/fixtures', file);
}
