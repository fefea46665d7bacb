import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CliHome, makeHome, program } from '../support/run-cli.ts';

const list = `${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'x', version: '1' } } })}
${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })}
${JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'tools/list' })}
`;

const fixture = fileURLToPath(new URL('../fixtures/tiny-mcp-server.mjs', import.meta.url));

/** One upstream for everybody, one for the owner at the level anchor. */
const settings = `http: { port: 0 }
gateway:
  upstreams:
    all: { command: node, args: [${JSON.stringify(fixture)}], minLevel: public }
    own: { command: node, args: [${JSON.stringify(fixture)}], minLevel: anchor }
`;

let home: CliHome;
beforeAll(() => {
  home = makeHome();
  writeFileSync(join(home.path, 'signalbox.yaml'), settings);
});
afterAll(() => home[Symbol.dispose]());

const toolNames = (stdout: string): string[] => {
  const line = stdout.split('\n').find((each) => each.includes('"id":2')) ?? '{}';
  const { result } = JSON.parse(line) as { result?: { tools: { name: string }[] } };
  return (result?.tools ?? []).map(({ name }) => name);
};

test('mcp is stdio with every right of the owner, and MCP_DEFAULT_PERMISSION takes some away', async () => {
  const whole = await home.run(['mcp'], { input: list });
  expect(toolNames(whole.stdout)).toEqual(expect.arrayContaining(['all__echo', 'own__echo']));
  const env = { MCP_DEFAULT_PERMISSION: 'public', MCP_TRANSPORT: 'auto', MCP_HTTP_PORT: '0' };
  const lowered = await home.run(['mcp'], { input: list, env });
  expect(toolNames(lowered.stdout)).toContain('all__echo');
  expect(toolNames(lowered.stdout)).not.toContain('own__echo');
});

test('MCP_TRANSPORT=http serves HTTP on the port that is named, with the level that is named', async () => {
  const child = spawn(process.execPath, [program, 'mcp'], {
    cwd: home.path,
    env: {
      PATH: process.env['PATH'],
      HOME: home.path,
      MCP_TRANSPORT: 'http',
      MCP_HTTP_PORT: '0',
      MCP_DEFAULT_PERMISSION: 'public',
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let shown = '';
  for await (const chunk of child.stdout) {
    shown += String(chunk);
    if (shown.includes('tools are ready') || shown.includes('No upstreams yet')) break;
  }
  const url = /listens on (http:\/\/127\.0\.0\.1:\d+)/.exec(shown)?.[1] ?? '';
  const key = readFileSync(join(home.path, '.signalbox', 'owner.key'), 'utf8').trim();
  const bridged = await home.run(['mcp', '--transport', 'stdio'], { input: list });
  const answer = await fetch(`${url}/mcp`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/list',
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 2,
      method: 'tools/list',
      params: {
        _meta: {
          'io.modelcontextprotocol/protocolVersion': '2026-07-28',
          'io.modelcontextprotocol/clientCapabilities': {},
        },
      },
    }),
  });
  const listed = toolNames(await answer.text());
  child.kill('SIGTERM');
  await once(child, 'close');
  expect(listed).toContain('all__echo');
  expect(listed).not.toContain('own__echo');
  expect(toolNames(bridged.stdout)).not.toContain('own__echo');
});

test('a variable with a value it does not take is said at once', async () => {
  expect(await home.run(['mcp'], { env: { MCP_TRANSPORT: 'sse' } })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('MCP_TRANSPORT is "sse"; it takes auto, stdio, http'),
  });
});
