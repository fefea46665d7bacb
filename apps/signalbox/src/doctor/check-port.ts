import { createServer } from 'node:net';
import { type Finding, fail, ok } from './finding.ts';

/** Checks that a hub could listen, when none runs. */
export function checkPort(host: string, port: number): Promise<Finding> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      const detail =
        error.code === 'EADDRINUSE' ? `${host}:${port} is taken` : `${host}:${port}: ${error.code}`;
      resolve(fail('port', detail, 'stop what listens there, or choose another with --port or http.port'));
    });
    server.listen(port, host, () => {
      server.close(() => resolve(ok('port', port === 0 ? 'any free one' : `${host}:${port} is free`)));
    });
  });
}
