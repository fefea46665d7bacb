import { readFileSync } from 'node:fs';
import { upstreamDefinition } from '@signalbox/sdk';
import { expect, test } from 'vitest';
import { findServers } from '../../src/clients/find-servers.ts';
import { isSignalbox } from '../../src/clients/is-signalbox.ts';
import { parseConfig } from '../../src/clients/parse-config.ts';
import { type ImportItem, planImport } from '../../src/clients/plan-import.ts';

const env = {
  GITHUB_TOKEN: 'secret-github',
  FIGMA_TOKEN: 'secret-figma',
  LOCAL_TOKEN: 'secret-local',
  DATABASE_URL: 'postgres://ada:secret-db@db/shop',
};

function plan(file: string, folder?: string, existing: ReadonlySet<string> = new Set()): ImportItem[] {
  const text = readFileSync(new URL(`../fixtures/clients/${file}.txt`, import.meta.url), 'utf8');
  const config = parseConfig(text, file.endsWith('.toml') ? 'toml' : 'json', file);
  const sources = findServers(config).map(({ name, entry, folder: own }) => ({
    client: 'test',
    path: file,
    name,
    entry,
    reading: { env, home: '/home/ada', folder: own ?? folder, readText: () => undefined },
  }));
  return planImport(sources, existing, 'http://127.0.0.1:4400');
}

const brief = (items: readonly ImportItem[]) =>
  items.map(({ name, action, reason, definition }) => ({
    name,
    action,
    ...(reason === undefined ? {} : { reason }),
    ...(definition === undefined ? {} : { definition }),
  }));

test('Claude Desktop: names are mapped, and Signalbox itself is left out', () => {
  expect(brief(plan('claude_desktop_config.json'))).toEqual([
    {
      name: 'filesystem',
      action: 'new',
      definition: {
        command: 'npx',
        args: ['-y', '@modelcontextprotocol/server-filesystem', '/Users/ada/Desktop'],
        env: {},
      },
    },
    {
      name: 'brave-search',
      action: 'new',
      definition: {
        command: 'npx',
        args: ['-y', '@brave/brave-search-mcp-server'],
        env: { BRAVE_API_KEY: 'BSA-fixture-value' },
      },
    },
    {
      name: 'remote-docs',
      action: 'new',
      definition: {
        command: 'npx',
        args: [
          '-y',
          'mcp-remote',
          'https://docs.example.com/mcp?api_key=fixture-value',
          '--header',
          'Authorization: Bearer fixture-value',
        ],
        env: {},
      },
    },
    { name: 'signalbox', action: 'skipped', reason: 'is Signalbox itself' },
  ]);
});

test('Claude Code: servers of the user and of each project, defaults filled in, HTTP+SSE included', () => {
  expect(brief(plan('claude.json'))).toEqual([
    {
      name: 'sentry',
      action: 'new',
      definition: { url: 'https://mcp.sentry.dev/mcp', headers: { 'X-Org': 'acme' } },
    },
    {
      name: 'legacy',
      action: 'new',
      definition: { url: 'https://old.example.com/sse', headers: {}, transport: 'sse' },
    },
    {
      name: 'db',
      action: 'new',
      definition: {
        command: './scripts/db-mcp',
        args: ['--url', env.DATABASE_URL],
        env: {},
        cwd: '/home/ada/shop',
      },
    },
  ]);
});

test('Cursor: variables of environment, home and folder are filled in', () => {
  expect(brief(plan('cursor-mcp.json', '/home/ada/shop'))).toEqual([
    {
      name: 'github',
      action: 'new',
      definition: {
        command: 'docker',
        args: ['run', '-i', '--rm', '-e', 'GITHUB_PERSONAL_ACCESS_TOKEN', 'ghcr.io/github/github-mcp-server'],
        env: { GITHUB_PERSONAL_ACCESS_TOKEN: 'secret-github' },
        cwd: '/home/ada/shop',
      },
    },
    {
      name: 'notes',
      action: 'new',
      definition: {
        command: 'node',
        args: ['/home/ada/shop/tools/notes.mjs', '/home/ada/notes'],
        env: {},
        cwd: '/home/ada/shop',
      },
    },
    {
      name: 'linear',
      action: 'new',
      definition: { url: 'https://mcp.linear.app/mcp', headers: { Authorization: 'Bearer fixture-value' } },
    },
    { name: 'old-events', action: 'new', definition: { url: 'http://localhost:9000/sse', headers: {} } },
  ]);
  expect(plan('cursor-mcp.json')[1]?.reason).toBe('needs a project folder, and this file has none');
});

test('VS Code: comments and trailing commas are read, and an input that must be asked for is told', () => {
  expect(brief(plan('vscode-mcp.json'))).toEqual([
    {
      name: 'playwright',
      action: 'new',
      definition: { command: 'npx', args: ['-y', '@playwright/mcp'], env: {} },
    },
    {
      name: 'perplexity',
      action: 'skipped',
      reason: 'asks for "perplexity-key" at start; add it with "server add"',
    },
    { name: 'github', action: 'new', definition: { url: 'https://api.githubcopilot.com/mcp/', headers: {} } },
  ]);
  expect(brief(plan('vscode-settings.json'))).toEqual([
    { name: 'time', action: 'new', definition: { command: 'uvx', args: ['mcp-server-time'], env: {} } },
  ]);
});

test('Windsurf: serverUrl is an address, and a disabled server stays disabled', () => {
  expect(brief(plan('windsurf-mcp_config.json'))).toEqual([
    {
      name: 'figma',
      action: 'new',
      definition: { url: 'https://mcp.figma.com/mcp', headers: { API_KEY: 'Bearer secret-figma' } },
    },
    {
      name: 'memory',
      action: 'new',
      definition: {
        command: 'npx',
        args: ['-y', '@modelcontextprotocol/server-memory'],
        env: {},
        enabled: false,
      },
    },
  ]);
});

test('Codex: tables, forwarded variables, bearer tokens and time limits', () => {
  expect(brief(plan('codex-config.toml'))).toEqual([
    {
      name: 'context7',
      action: 'new',
      definition: {
        command: 'npx',
        args: ['-y', '@upstash/context7-mcp'],
        env: { LOCAL_TOKEN: 'secret-local', MY_ENV_VAR: 'fixture-value' },
        startTimeoutMs: 20_000,
      },
    },
    {
      name: 'figma',
      action: 'new',
      definition: {
        url: 'https://mcp.figma.com/mcp',
        headers: { 'X-Figma-Region': 'us-east-1', Authorization: 'Bearer secret-figma' },
        enabled: false,
      },
    },
  ]);
});

test('everything taken over is a definition the hub accepts, and no preview shows a value', () => {
  const files = [
    'claude_desktop_config.json',
    'claude.json',
    'cursor-mcp.json',
    'vscode-mcp.json',
    'windsurf-mcp_config.json',
    'codex-config.toml',
  ];
  for (const item of files.flatMap((file) => plan(file, '/home/ada/shop'))) {
    const { definition, ...shown } = item;
    if (definition) expect(upstreamDefinition.safeParse(definition).success).toBe(true);
    expect(JSON.stringify(shown)).not.toMatch(/fixture-value|secret-/);
  }
});

test('a server the hub has is told, and of two with one name the second gets a number', () => {
  expect(plan('vscode-settings.json', undefined, new Set(['time']))[0]).toMatchObject({
    name: 'time',
    action: 'exists',
  });
  const source = (args: string[]) => ({
    client: 'test',
    path: 'x',
    name: 'A Server!',
    entry: { command: 'npx', args },
    reading: { env: {}, home: '/', folder: undefined, readText: () => undefined },
  });
  const items = planImport([source(['a']), source(['a']), source(['b'])], new Set());
  expect(items.map(({ name, action, reason }) => [name, action, reason])).toEqual([
    ['a-server', 'new', undefined],
    ['a-server', 'skipped', 'the same as one above'],
    ['a-server-2', 'new', undefined],
  ]);
});

test('the hub itself is known by its address and by its key too', () => {
  const keyed = { url: 'http://10.0.0.1:4400/mcp', headers: { Authorization: 'Bearer sbx_owner_x' } };
  expect(isSignalbox(keyed)).toBe(true);
  expect(isSignalbox({ url: 'http://10.0.0.1:4400/mcp', headers: { Authorization: 'Bearer x' } })).toBe(
    false,
  );
  expect(isSignalbox({ command: 'npx', args: ['-y', 'signalbox@1.2.3', 'mcp'] })).toBe(true);
  expect(isSignalbox({ command: 'npx', args: ['-y', 'signalbox-tools', 'mcp'] })).toBe(false);
  const source = {
    client: 'test',
    path: 'x',
    name: 'hub',
    entry: { url: 'http://127.0.0.1:4400/mcp' },
    reading: { env: {}, home: '/', folder: undefined, readText: () => undefined },
  };
  expect(planImport([source], new Set(), 'http://127.0.0.1:4400')[0]?.reason).toBe('is Signalbox itself');
});

test.each([
  ['json', '{"mcpServers": {', 'parse_error'],
  ['json', '[1]', 'parse_error'],
  ['json', '{"mcpServers": {"a": {"env": {"K": hunter2}}}}', 'parse_error'],
  ['toml', 'a = hunter2', 'parse_error'],
] as const)(
  'a %s file that does not parse is a typed error that quotes nothing of it',
  (syntax, text, code) => {
    expect(() => parseConfig(text, syntax, 'f')).toThrow(
      expect.objectContaining({ code, message: expect.not.stringContaining('hunter2') }),
    );
  },
);
