import { join } from 'node:path';

/** The clients whose configuration is read and written. */
export const clientIds = ['claude-desktop', 'claude-code', 'cursor', 'vscode', 'windsurf', 'codex'] as const;

/** A client whose configuration is read and written. */
export type ClientId = (typeof clientIds)[number];

/** One file a client keeps its MCP servers in. */
export interface ClientFile {
  readonly client: ClientId;
  readonly path: string;
  /** `user` files count everywhere, `project` files in one folder. */
  readonly scope: 'user' | 'project';
  readonly syntax: 'json' | 'toml';
  /** The member that holds the servers by name, where we write. */
  readonly container: 'mcpServers' | 'servers' | 'mcp_servers';
  /** The folder of the project, for relative paths. */
  readonly folder?: string;
  /** Set for a file that is read only: the client has a better one to write to. */
  readonly isReadOnly?: boolean;
}

/** What decides where the files are. */
export interface Machine {
  readonly home: string;
  readonly platform: string;
  readonly env: { readonly [name: string]: string | undefined };
  readonly cwd: string;
}

/** Every file a known client may keep servers in on this machine; the first of a client is the one we write. */
export function clientFiles(machine: Machine): ClientFile[] {
  const { home, env, cwd } = machine;
  const claudeHome = env['CLAUDE_CONFIG_DIR'] ?? home;
  const codexHome = env['CODEX_HOME'] ?? join(home, '.codex');
  const json = { syntax: 'json', container: 'mcpServers' } as const;
  const vscode = { client: 'vscode', syntax: 'json', container: 'servers' } as const;
  const codex = { client: 'codex', syntax: 'toml', container: 'mcp_servers' } as const;
  const user = { scope: 'user' } as const;
  const project = { scope: 'project', folder: cwd } as const;
  return [
    {
      client: 'claude-desktop',
      path: join(appData(machine), 'Claude', 'claude_desktop_config.json'),
      ...user,
      ...json,
    },
    { client: 'claude-code', path: join(claudeHome, '.claude.json'), ...user, ...json },
    { client: 'claude-code', path: join(cwd, '.mcp.json'), ...project, ...json },
    { client: 'cursor', path: join(home, '.cursor', 'mcp.json'), ...user, ...json },
    { client: 'cursor', path: join(cwd, '.cursor', 'mcp.json'), ...project, ...json },
    ...['Code', 'Code - Insiders', 'VSCodium'].flatMap((flavour): ClientFile[] => [
      { ...vscode, path: join(appData(machine), flavour, 'User', 'mcp.json'), ...user },
      {
        ...vscode,
        path: join(appData(machine), flavour, 'User', 'settings.json'),
        ...user,
        isReadOnly: true,
      },
    ]),
    { ...vscode, path: join(cwd, '.vscode', 'mcp.json'), ...project },
    { ...vscode, path: join(cwd, '.vscode', 'settings.json'), ...project, isReadOnly: true },
    { client: 'windsurf', path: join(home, '.codeium', 'windsurf', 'mcp_config.json'), ...user, ...json },
    { ...codex, path: join(codexHome, 'config.toml'), ...user },
    { ...codex, path: join(cwd, '.codex', 'config.toml'), ...project },
  ];
}

/** The same without those that are one file, as in a home folder that is the current folder too. */
export function distinctClientFiles(machine: Machine): ClientFile[] {
  const files = clientFiles(machine);
  return files.filter((file, index) => files.findIndex(({ path }) => path === file.path) === index);
}

function appData({ home, platform, env }: Machine): string {
  if (platform === 'darwin') return join(home, 'Library', 'Application Support');
  if (platform === 'win32') return env['APPDATA'] ?? join(home, 'AppData', 'Roaming');
  return env['XDG_CONFIG_HOME'] ?? join(home, '.config');
}
