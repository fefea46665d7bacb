import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Threads and programs that tests start read our sources themselves: stripped of types once, not each time.
process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(new URL('node_modules/.cache/tests', import.meta.url));

export default defineConfig({
  resolve: { conditions: ['@signalbox/source'] },
  ssr: { resolve: { conditions: ['@signalbox/source'] } },
  test: {
    include: [
      '{packages,extensions,apps}/*/test/**/*.test.ts',
      'kernel/test/**/*.test.ts',
      'bench/test/**/*.test.ts',
      'conformance/test/**/*.test.ts',
      'test/**/*.test.ts',
    ],
    // Half the time of a test is waiting for a process, a disk or a browser: every core has a worker.
    maxWorkers: '100%',
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
