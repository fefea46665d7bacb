import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

/** The browser of this machine; undefined where there is none. */
export const chromiumPath = (process.env['PATH'] ?? '')
  .split(delimiter)
  .flatMap((folder) => names.map((name) => join(folder, name)))
  .find((path) => existsSync(path));

/** How to install it. */
export const howToInstallChromium = 'apt-get install --no-install-recommends chromium';

/** Starts it without a window and without any network but loopback. */
export function launchChromium(): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error(`there is no browser here; ${howToInstallChromium}`);
  return chromium.launch({
    executablePath: chromiumPath,
    args: [
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
      '--disable-gpu',
      '--disable-dev-shm-usage',
    ],
  });
}
