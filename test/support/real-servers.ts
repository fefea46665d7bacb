import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Home } from './home.ts';
import { binFolder, root } from './paths.ts';

const folder = join(root, 'test/real-servers');
const heavyBin = join(folder, 'node_modules/.bin');

/** True when `test/real-servers` is installed. */
export const hasHeavyServers = existsSync(join(folder, 'node_modules/.package-lock.json'));

/** How to install them. */
export const howToInstall = 'node test/real-servers/install.mjs';

/** A real server as the test uses it. */
export interface RealServer {
  readonly name: string;
  readonly isHeavy: boolean;
  readonly definition: object;
  readonly era: 'legacy' | 'modern';
  readonly tools: number;
  /** One safe call, and how it ends without network, browser or cluster; none where a call would leave this machine. */
  readonly call?: {
    readonly tool: string;
    readonly args: object;
    readonly outcome: 'ok' | 'tool_error' | 'error';
  };
}

/** The real servers, those of `npm ci` first. */
export function realServers(home: Home): readonly RealServer[] {
  const light = (bin: string, rest: object = {}) => ({
    isHeavy: false,
    definition: { command: join(binFolder, bin), ...rest },
  });
  const heavy = (bin: string, rest: object = {}) => ({
    isHeavy: true,
    definition: { command: join(heavyBin, bin), startTimeoutMs: 60_000, ...rest },
  });
  const absent = join(home.folder, 'no-such-browser');
  const thought = { thought: 'one', thoughtNumber: 1, totalThoughts: 1, nextThoughtNeeded: false };
  return [
    {
      name: 'thinking',
      ...light('mcp-server-sequential-thinking'),
      era: 'legacy',
      tools: 1,
      call: { tool: 'sequentialthinking', args: thought, outcome: 'ok' },
    },
    {
      name: 'everything',
      ...light('mcp-server-everything'),
      era: 'legacy',
      tools: 16,
      call: { tool: 'echo', args: { message: 'hi' }, outcome: 'ok' },
    },
    {
      name: 'files',
      ...light('mcp-server-filesystem', { args: [home.folder] }),
      era: 'legacy',
      tools: 14,
      call: { tool: 'read_text_file', args: { path: join(home.folder, 'signalbox.yaml') }, outcome: 'ok' },
    },
    {
      name: 'memory',
      ...light('mcp-server-memory', { env: { MEMORY_FILE_PATH: join(home.folder, 'memory.jsonl') } }),
      era: 'legacy',
      tools: 9,
      call: { tool: 'read_graph', args: {}, outcome: 'ok' },
    },
    { name: 'context7', ...light('context7-mcp'), era: 'modern', tools: 2 },
    {
      name: 'eslint',
      ...heavy('mcp', { cwd: home.folder }),
      era: 'legacy',
      tools: 1,
      call: { tool: 'lint-files', args: { filePaths: [join(home.folder, 'old.js')] }, outcome: 'ok' },
    },
    {
      name: 'pdf',
      ...heavy('mcp-pdf-server', { args: ['--stdio'] }),
      era: 'legacy',
      tools: 9,
      call: { tool: 'list_pdfs', args: {}, outcome: 'ok' },
    },
    { name: 'notion', ...heavy('notion-mcp-server'), era: 'legacy', tools: 24 },
    {
      name: 'playwright',
      ...heavy('playwright-mcp', { args: ['--headless', '--executable-path', absent] }),
      era: 'legacy',
      tools: 25,
      call: { tool: 'browser_navigate', args: { url: 'about:blank' }, outcome: 'tool_error' },
    },
    {
      name: 'chrome-devtools',
      ...heavy('chrome-devtools-mcp', {
        args: ['--headless', '--no-usage-statistics', '--no-performance-crux', '--executablePath', absent],
      }),
      era: 'legacy',
      tools: 32,
      call: { tool: 'list_pages', args: {}, outcome: 'tool_error' },
    },
    {
      name: 'firecrawl',
      ...heavy('firecrawl-mcp', {
        env: { FIRECRAWL_API_KEY: 'none', FIRECRAWL_API_URL: 'http://127.0.0.1:9' },
      }),
      era: 'legacy',
      tools: 29,
      call: { tool: 'firecrawl_scrape', args: { url: 'http://127.0.0.1:9/' }, outcome: 'tool_error' },
    },
    {
      name: 'kubernetes',
      ...heavy('mcp-server-kubernetes'),
      era: 'legacy',
      tools: 23,
      call: {
        tool: 'kubectl_get',
        args: { resourceType: 'pods', name: '', namespace: 'default' },
        outcome: 'error',
      },
    },
    {
      name: 'mongodb',
      ...heavy('mongodb-mcp-server', { args: ['--telemetry', 'disabled'] }),
      era: 'modern',
      tools: 27,
      call: { tool: 'list-connections', args: {}, outcome: 'ok' },
    },
  ];
}
