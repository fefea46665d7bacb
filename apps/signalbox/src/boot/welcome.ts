import type { CatalogReader, UpstreamInfo } from '@signalbox/sdk';
import { type Column, layoutTable } from '../terminal/table.ts';

/** What the first lines tell. */
export interface Welcome {
  readonly url: string;
  readonly version: string;
  readonly dataDir: string;
  readonly configPath: string | undefined;
  /** The owner key when it was made just now. */
  readonly newKey: string | undefined;
  readonly noAuthLevel: string | undefined;
  /** Where the first owner is made; undefined when the hub has one. */
  readonly setupUrl: string | undefined;
}

/** The lines printed as soon as the hub listens. */
export function welcomeText(welcome: Welcome): string {
  const { url, version, dataDir, configPath, newKey, noAuthLevel, setupUrl } = welcome;
  const lines = [
    `Signalbox ${version} listens on ${url}`,
    `  MCP endpoint  ${url}/mcp`,
    `  settings      ${configPath ?? 'defaults (no signalbox.yaml found)'}`,
    `  data          ${dataDir}`,
  ];
  if (newKey !== undefined) {
    lines.push('', 'Owner key, shown this once (it is kept in owner.key of the data folder):', `  ${newKey}`);
  }
  if (setupUrl !== undefined) {
    lines.push(
      '',
      'Nobody owns this hub yet. This link makes the first owner, once, within the hour:',
      `  ${setupUrl}`,
    );
  }
  if (noAuthLevel !== undefined) {
    lines.push(
      '',
      `No key is asked for: everybody on this machine has level "${noAuthLevel}" (http.noAuthLevel).`,
    );
  }
  return `${lines.join('\n')}\n`;
}

/** The lines printed when every upstream has been tried once. */
export function loadedText(
  upstreams: readonly UpstreamInfo[],
  catalog: CatalogReader,
  dataDir: string,
): string {
  if (upstreams.length === 0) return `\n${firstSteps(dataDir)}`;
  return `\n${layoutTable(columns, upstreams)}\n${nextSteps(catalog)}`;
}

const columns: readonly Column<UpstreamInfo>[] = [
  { title: 'UPSTREAM', of: ({ name }) => name },
  { title: 'STATE', of: ({ state }) => state },
  { title: 'TRANSPORT', of: ({ transport }) => transport },
  { title: 'ERA', of: ({ era }) => era },
  { title: 'TOOLS', of: ({ tools }) => tools, align: 'right' },
  { title: 'RESOURCES', of: ({ resources, templates }) => resources + templates, align: 'right' },
  { title: 'PROMPTS', of: ({ prompts }) => prompts, align: 'right' },
  { title: '', of: ({ reason }) => reason },
];

function nextSteps(catalog: CatalogReader): string {
  const tools = catalog.items('tool');
  const example = tools.find(({ originalName }) => originalName === 'echo')?.name;
  const call =
    example === undefined ? `tool show ${tools[0]?.name ?? 'NAME'}` : `tool call ${example} message=hello`;
  const commands = [
    ['tool ls', 'what there is'],
    [call, 'use one'],
    ['connect claude-code', 'put this hub into a client (also cursor, vscode, codex, …)'],
  ] as const;
  const width = Math.max(...commands.map(([words]) => words.length));
  return [
    `${tools.length} tools are ready. In another terminal:`,
    ...commands.map(([words, what]) => `  npx signalbox ${words.padEnd(width)}  ${what}`),
    'Ctrl-C stops the hub.',
    '',
  ].join('\n');
}

function firstSteps(dataDir: string): string {
  return [
    'No upstreams yet. In another terminal:',
    '  npx signalbox server import               take over the MCP servers of your clients',
    '  npx signalbox server add NAME -- COMMAND  add one by hand',
    '  npx signalbox connect claude-code         put this hub into a client',
    `Ctrl-C stops the hub. Everything is kept in ${dataDir}.`,
    '',
  ].join('\n');
}
