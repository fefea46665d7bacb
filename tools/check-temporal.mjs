// Checks extensions/engine-temporal (types, lint, dead code), which needs what "npm ci" does not install. Where that is missing it says so
// and passes; with CI=true it fails, so that nothing is passed over there.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const room = 'extensions/engine-temporal';
const checks = [
  ['tsc', '--noEmit', '-p', room],
  ['oxlint', '--type-aware', '--deny-warnings', room],
  ['knip', '--directory', room],
];

if (existsSync(`${room}/node_modules/@temporalio/worker/package.json`)) {
  const isFine = checks.every(([tool, ...words]) => {
    const { status } = spawnSync(tool, words, { stdio: 'inherit', shell: process.platform === 'win32' });
    return status === 0;
  });
  process.exitCode = isFine ? 0 : 1;
} else {
  process.stdout.write(
    `not checked: the types and the lint of ${room}; run "node ${room}/install.mjs" first\n`,
  );
  if (process.env['CI'] === 'true') process.exitCode = 1;
}
