// Holds every import in every src folder against the floors of ARCHITECTURE.md. Prints each violation; exits 1 when there is one.
// Usage: node tools/check-borders.mjs [folder of the repository]
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';

const root = resolve(process.argv[2] ?? '.');
const pure = [
  'packages/protocol',
  'packages/api',
  'packages/openapi',
  'packages/policy',
  'packages/schedule',
  'packages/pipeline',
];

/** What each room may import of ours, by room or kind of room; `isPure` forbids node modules but for their types. */
const rules = {
  'packages/sdk': { allow: [], isPure: true },
  'packages/protocol': { allow: ['packages/sdk'], isPure: true },
  'packages/api': { allow: ['packages/sdk', 'packages/policy'], isPure: true },
  'packages/openapi': { allow: ['packages/sdk'], isPure: true },
  'packages/policy': { allow: ['packages/sdk'], isPure: true },
  'packages/schedule': { allow: ['packages/sdk'], isPure: true },
  'packages/pipeline': { allow: ['packages/sdk'], isPure: true },
  'packages/safe-fetch': { allow: ['packages/sdk'] },
  'packages/store': { allow: ['packages/sdk'] },
  'packages/runs': { allow: ['packages/sdk', 'packages/store', 'packages/pipeline', 'packages/schedule'] },
  'packages/client': { allow: ['packages/sdk', 'packages/api'], isPure: true },
  'packages/testkit': { allow: ['packages/sdk', 'kernel'] },
  kernel: {
    allow: ['packages/sdk', 'packages/protocol', 'packages/policy', 'packages/store'],
    deny: [/^@modelcontextprotocol\//, /^pg$/, /^node:sqlite$/],
  },
  // The one room that speaks OAuth as a client, with the helpers of the MCP SDK (decision 0012).
  'extensions/credentials': {
    allow: ['packages/sdk', 'packages/store', 'packages/safe-fetch', ...pure],
    deny: [/^@modelcontextprotocol\/(?!client$)/],
  },
  extensions: {
    allow: ['packages/sdk', 'packages/store', 'packages/runs', 'packages/safe-fetch', ...pure],
    deny: [/^@modelcontextprotocol\//],
  },
  apps: { allow: ['packages', 'kernel', 'extensions'], deny: [/^@signalbox\/testkit$/] },
};

const rooms = findRooms();
const violations = rooms.flatMap(checkRoom);
for (const violation of violations) process.stdout.write(`${violation}\n`);
const files = rooms.reduce((sum, room) => sum + sourcesOf(room).length, 0);
if (files === 0) violations.push('no file was found');
process.stdout.write(`borders: ${rooms.length} rooms, ${files} files, ${violations.length} violations\n`);
process.exitCode = violations.length === 0 ? 0 : 1;

function findRooms() {
  const below = (folder) => list(join(root, folder)).map((name) => `${folder}/${name}`);
  return ['kernel', ...below('packages'), ...below('extensions'), ...below('apps')].filter((room) =>
    list(join(root, room)).includes('package.json'),
  );
}

function checkRoom(room) {
  const rule = rules[room] ?? rules[room.split('/')[0]];
  if (!rule) return [`${room}: no rule says what it may import; add one to tools/check-borders.mjs`];
  const { dependencies, peerDependencies } = readManifest(room);
  const declared = Object.keys({ ...dependencies, ...peerDependencies });
  return sourcesOf(room).flatMap((file) =>
    importsOf(file).flatMap((each) => judge({ room, rule, file, declared, ...each }) ?? []),
  );
}

/** One import against the rule of its room; undefined when it is allowed. */
function judge({ room, rule, file, declared, name, isTypeOnly }) {
  const at = `${relative(root, file)}: "${name}"`;
  if (name.startsWith('.')) {
    const isInside = !relative(join(root, room, 'src'), resolve(dirname(file), name)).startsWith('..');
    return isInside ? undefined : `${at} leaves the room; import the package instead`;
  }
  if (rule.deny?.some((pattern) => pattern.test(name))) return `${at} may not be imported in ${room}`;
  if (name.startsWith('node:') || builtinModules.includes(name)) {
    return rule.isPure && !isTypeOnly
      ? `${at} may not be imported in a pure room, only its types`
      : undefined;
  }
  const ours = rooms.find((other) => isPartOf(name, readManifest(other).name));
  if (!ours) return undefined;
  const isAllowed = rule.allow.some((allowed) => ours === allowed || ours.startsWith(`${allowed}/`));
  if (!isAllowed)
    return `${at} goes up or sideways: ${room} may import ${rule.allow.join(', ') || 'nothing of ours'}`;
  // The app is bundled whole, so it declares our rooms as devDependencies.
  const isDeclared = room.startsWith('apps/') || declared.some((each) => isPartOf(name, each));
  return isDeclared ? undefined : `${at} is not among the dependencies of ${room}/package.json`;
}

function isPartOf(name, packageName) {
  return name === packageName || name.startsWith(`${packageName}/`);
}

/** Static and dynamic imports, re-exports included. Comments go first, so that none in an example counts. */
function importsOf(file) {
  const text = readFileSync(file, 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '');
  const statements = text.matchAll(
    /(?:^|[;\n])\s*(import|export)\s+(type\s)?[^'";]*?from\s*['"]([^'"]+)['"]|(?:^|[;\n])\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/g,
  );
  return [...statements].map((match) => ({
    name: match[3] ?? match[4] ?? match[5],
    isTypeOnly: match[2] !== undefined,
  }));
}

function sourcesOf(room) {
  return walk(join(root, room, 'src')).filter((file) => /\.(ts|tsx|mts|mjs)$/.test(file));
}

function walk(folder) {
  return list(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? walk(path) : [path];
  });
}

function list(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readManifest(room) {
  return JSON.parse(readFileSync(join(root, room, 'package.json'), 'utf8'));
}
