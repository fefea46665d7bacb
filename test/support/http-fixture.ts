import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { gatewayFixture } from './paths.ts';

/** An HTTP server of the gateway's fixtures, running beside the test. */
export interface HttpFixture extends AsyncDisposable {
  readonly url: string;
}

/** Starts one and waits until it has said its port. */
export async function startHttpFixture(file: string, words: readonly string[]): Promise<HttpFixture> {
  const child = spawn(process.execPath, [gatewayFixture(file), ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [port] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    [Symbol.asyncDispose]: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
