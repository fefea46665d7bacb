// Installs what carries runs out by Temporal: node extensions/engine-temporal/install.mjs
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));

process.stdout.write(
  `installing the SDK of Temporal into ${folder}node_modules (about 260 MB, no scripts run)\n`,
);
const words = ['ci', '--ignore-scripts', '--omit=dev', '--no-audit', '--no-fund', '--prefer-offline'];
const { status } = spawnSync('npm', words, {
  cwd: folder,
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
process.exitCode = status ?? 1;
