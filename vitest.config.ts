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
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
