import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defaultExclude, defineConfig } from 'vitest/config';

// Threads and programs that tests start read our sources themselves: stripped of types once, not each time.
process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(new URL('node_modules/.cache/tests', import.meta.url));

const temporal = 'extensions/engine-temporal';

/** What cannot be tested on this machine. */
function missing(): readonly string[] {
  // Some need a real server of Temporal, which .ci/run installs: see the room's README.
  const live = process.env['SIGNALBOX_TEMPORAL_BIN'] === undefined ? [`${temporal}/**/*.live.test.ts`] : [];
  if (existsSync(new URL(`${temporal}/node_modules/@temporalio/worker`, import.meta.url))) return live;
  const notice = `the tests of ${temporal}: run "node ${temporal}/install.mjs" first`;
  if (process.env['SIGNALBOX_NO_SKIP'] === '1')
    throw new Error(`SIGNALBOX_NO_SKIP is set, but these cannot run: ${notice}`);
  process.stdout.write(`skipped: ${notice}\n`);
  return [`${temporal}/**`];
}

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
    exclude: [...defaultExclude, ...missing()],
    // Half the time of a test is waiting for a process, a disk or a browser: every core has a worker.
    maxWorkers: '100%',
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // What is waited for comes late on a busy machine.
    expect: { poll: { timeout: 30_000 } },
  },
});
