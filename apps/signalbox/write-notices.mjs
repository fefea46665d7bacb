// Writes the licences of everything that is bundled into dist/THIRD-PARTY-NOTICES.txt.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = new URL('../../', import.meta.url).pathname;
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
const ours = Object.entries(lock.packages).filter(([path]) => path !== '' && !path.includes('node_modules'));
const seen = new Map();

/** Everything the bundled rooms depend on at run time, with what that depends on. */
function collect(names, from) {
  for (const name of names) {
    const path = findInstalled(name, from);
    if (path === undefined || seen.has(path)) continue;
    const entry = lock.packages[path];
    if (entry.link) continue;
    seen.set(path, { name, version: entry.version, license: entry.license });
    collect(Object.keys(entry.dependencies ?? {}), path);
  }
}

function findInstalled(name, from) {
  for (let folder = from; ; folder = dirname(folder)) {
    const path = folder === '.' || folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (lock.packages[path]) return path;
    if (folder === '.' || folder === '') return undefined;
  }
}

function licenceText(path) {
  const folder = join(root, path);
  const file = existsSync(folder) && readdirSync(folder).find((name) => /^(licen[cs]e|copying)/i.test(name));
  return file ? readFileSync(join(folder, file), 'utf8').trim() : '(no licence file in the package)';
}

for (const [path, entry] of ours) {
  const isBundled = /^(packages|kernel|extensions|apps)/.test(path) && !path.includes('testkit');
  if (!isBundled) continue;
  collect(Object.keys(entry.dependencies ?? {}), path);
  if (path === 'apps/signalbox')
    collect(['commander', 'smol-toml', 'string-width', 'yaml', '@humanwhocodes/momoa'], path);
}

const sections = [...seen]
  .sort(([, a], [, b]) => (a.name < b.name ? -1 : 1))
  .map(
    ([path, { name, version, license }]) =>
      `${name} ${version} (${license ?? 'see below'})\n\n${licenceText(path)}`,
  );
writeFileSync(
  new URL('dist/THIRD-PARTY-NOTICES.txt', import.meta.url),
  `${sections.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`,
);
