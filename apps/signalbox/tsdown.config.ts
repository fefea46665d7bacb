import { defineConfig } from 'tsdown';

/** One bundle without dependencies, and the store's worker beside it (docs/decisions/0006). */
export default defineConfig({
  entry: {
    main: 'src/main.ts',
    'store-sqlite-worker': '../../extensions/store-sqlite/src/worker.ts',
  },
  platform: 'node',
  target: 'node24',
  format: 'esm',
  outDir: 'dist',
  dts: false,
  clean: true,
  noExternal: [/.*/],
  external: ['pg-native'],
  inputOptions: { resolve: { conditionNames: ['@signalbox/source', 'node', 'default'] } },
  outputOptions: { legalComments: 'none' },
});
