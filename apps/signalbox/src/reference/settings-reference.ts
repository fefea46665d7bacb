import { settingsJsonSchema } from '@signalbox/kernel';
import { isJsonObject, type JsonObject, type JsonValue } from '@signalbox/sdk';
import { allExtensions } from '../boot/builtins.ts';

/** The page of every setting, made from the schema that checks them. */
export async function settingsReference(): Promise<string> {
  const schema = settingsJsonSchema(await allExtensions());
  const lines = rowsOf(schema, '', schema).map(
    ({ path, type, fallback, text }) => `| \`${path}\` | ${type} | ${fallback} | ${text} |`,
  );
  return [
    '# Settings',
    '',
    'Made from the code by `npm run docs`. One file, `signalbox.yaml`; `SIGNALBOX_A__B` is the setting `a.b`. In every text',
    '`${env:NAME}`, `${env:NAME:-default}`, `${file:PATH}` and `${here}` (the folder of the file) are replaced.',
    '',
    '| setting | type | default | meaning |',
    '| --- | --- | --- | --- |',
    ...lines,
    '',
  ].join('\n');
}

interface SettingRow {
  readonly path: string;
  readonly type: string;
  readonly fallback: string;
  readonly text: string;
}

function rowsOf(node: JsonObject, path: string, root: JsonObject): SettingRow[] {
  const own = resolveReference(node, root);
  const branches = [own['anyOf'], own['oneOf']].flatMap((list) =>
    Array.isArray(list) ? list.filter(isJsonObject) : [],
  );
  const objects = branches.filter((branch) => isJsonObject(resolveReference(branch, root)['properties']));
  if (objects.length > 0) return objects.flatMap((branch) => rowsOf(branch, path, root)).filter(isFirst);
  const properties = isJsonObject(own['properties']) ? own['properties'] : undefined;
  if (properties) {
    return Object.entries(properties).flatMap(([name, property]) =>
      isJsonObject(property) ? rowsOf(property, path === '' ? name : `${path}.${name}`, root) : [],
    );
  }
  const inner = own['additionalProperties'];
  const nested = isJsonObject(inner) ? rowsOf(inner, `${path}.NAME`, root) : [];
  // A record of plain values is one setting; a record of objects is one for each member of them.
  if (nested.some((row) => row.path !== `${path}.NAME`)) return nested;
  return [{ path, type: typeOf(own), fallback: code(own['default']), text: cell(own['description']) }];
}

function isFirst(row: SettingRow, index: number, rows: readonly SettingRow[]): boolean {
  return rows.findIndex(({ path }) => path === row.path) === index;
}

function resolveReference(node: JsonObject, root: JsonObject): JsonObject {
  const target = typeof node['$ref'] === 'string' ? node['$ref'] : undefined;
  if (target === undefined) return node;
  const found = target
    .split('/')
    .slice(1)
    .reduce<JsonValue | undefined>((at, name) => (isJsonObject(at) ? at[name] : undefined), root);
  return isJsonObject(found) ? found : node;
}

function typeOf(node: JsonObject): string {
  if (Array.isArray(node['enum']))
    return node['enum'].map((value) => `\`${JSON.stringify(value).replaceAll('"', '')}\``).join(' ');
  const { minimum, maximum, type } = node;
  const name = typeof type === 'string' ? type : 'any';
  const isBounded =
    typeof minimum === 'number' && typeof maximum === 'number' && maximum < Number.MAX_SAFE_INTEGER;
  return isBounded ? `${name} ${minimum}–${maximum}` : name;
}

function code(value: JsonValue | undefined): string {
  return value === undefined ? '' : `\`${JSON.stringify(value)}\``;
}

function cell(text: JsonValue | undefined): string {
  return typeof text === 'string' ? text.replaceAll('|', String.raw`\|`) : '';
}
