import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { freePort } from '../../support/free-port.ts';
import { binFolder } from '../../support/paths.ts';
import type { SignInPlace } from './sign-in-place.ts';

/** The MCP Inspector with its pages, running. */
export interface Inspector extends AsyncDisposable {
  /** Where its pages are, with the token that opens them. */
  readonly address: string;
}

/** Starts it for the endpoint of a hub. */
export async function startInspector({ url, home }: SignInPlace): Promise<Inspector> {
  const words = ['--web', '--server-url', `${url}/mcp`, '--transport', 'http'];
  const child = spawn(join(binFolder, 'mcp-inspector'), words, {
    cwd: home.folder,
    env: {
      ...home.env,
      CLIENT_PORT: String(await freePort()),
      MCP_SANDBOX_PORT: String(await freePort()),
      MCP_APP_ORIGIN_PORT: String(await freePort()),
      MCP_AUTO_OPEN_ENABLED: 'false',
      MCP_INSPECTOR_SECRET_STORE: 'memory',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => void child.once('close', () => resolve()));
  let text = '';
  const address = await new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => reject(new Error(`the Inspector ended: ${text}`)));
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (part: Buffer) => {
        text += part.toString();
        const [found] = /http:\S+MCP_INSPECTOR_API_TOKEN=\w+/.exec(text) ?? [];
        if (found !== undefined) resolve(found);
      });
  });
  return {
    address,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
