// Installs the real servers the end to end tests use: node test/real-servers/install.mjs
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));
const { dependencies } = JSON.parse(readFileSync(`${folder}package.json`, 'utf8'));

process.stdout.write(
  `installing ${Object.keys(dependencies).length} real MCP servers into ${folder}node_modules (about 600 MB, no scripts run)\n`,
);
// Optional packages are other platforms' binaries and what nothing here needs.
const words = [
  'ci',
  '--ignore-scripts',
  '--omit=dev',
  '--omit=optional',
  '--no-audit',
  '--no-fund',
  '--prefer-offline',
];
const { status } = spawnSync('npm', words, {
  cwd: folder,
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
process.exitCode = status ?? 1;
