import { defineConfig } from 'vitest/config';

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
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
