import { expectCode } from '@signalbox/sdk/expect-code';
import { describe, expect, test } from 'vitest';
import { detectTransport } from '../../src/way-in/detect-transport.ts';
import { readMcpVariables, withMcpVariables } from '../../src/way-in/mcp-variables.ts';

describe('transport auto', () => {
  test.each([
    ['stdio', 'a client holds both streams', { input: false, output: false, port: true }],
    ['stdio', 'a client holds both streams, no port', { input: false, output: false, port: false }],
    ['http', 'a person at a terminal has named a port', { input: true, output: true, port: true }],
    ['http', 'one stream is a terminal and a port is named', { input: true, output: false, port: true }],
    ['stdio', 'a person at a terminal has named nothing', { input: true, output: true, port: false }],
  ] as const)('is %s when %s', (expected, _when, { input, output, port }) => {
    const clues = { isInputTerminal: input, isOutputTerminal: output, hasPort: port };
    expect(detectTransport(clues)).toBe(expected);
  });
});

describe('the variables MCP_*', () => {
  test('are read, and empty ones say nothing', () => {
    const env = {
      MCP_TRANSPORT: 'auto',
      MCP_HTTP_PORT: '3000',
      MCP_DEFAULT_PERMISSION: 'public',
      MCP_OAUTH_ISSUER: 'https://auth.example.com',
      MCP_OAUTH_CLIENT_ID: 'mcp-client',
    };
    expect(readMcpVariables(env)).toEqual({
      transport: 'auto',
      port: 3000,
      level: 'public',
      issuer: 'https://auth.example.com',
      clientId: 'mcp-client',
    });
    const empty = Object.fromEntries(Object.keys(env).map((name) => [name, '']));
    expect(readMcpVariables(empty)).toEqual({});
    expect(readMcpVariables({})).toEqual({});
  });

  test.each([
    ['MCP_TRANSPORT', 'sse'],
    ['MCP_HTTP_PORT', '70000'],
    ['MCP_HTTP_PORT', '80a'],
    ['MCP_DEFAULT_PERMISSION', 'none'],
    ['MCP_DEFAULT_PERMISSION', 'admin'],
    ['MCP_OAUTH_ISSUER', 'auth.example.com'],
  ])('refuse %s=%s and name the variable', (name, value) => {
    const error = expectCode('usage', () => readMcpVariables({ [name]: value }));
    expect(error.message).toContain(name);
  });

  test('lower both ways in, and name an issuer with the client its tokens are for', () => {
    const asked = { level: 'public', issuer: 'https://auth.example.com', clientId: 'mcp-client' } as const;
    expect(withMcpVariables({ HOME: '/home/ada' }, asked)).toEqual({
      HOME: '/home/ada',
      SIGNALBOX_HTTP__LEVEL: 'public',
      SIGNALBOX_STDIO__LEVEL: 'public',
      SIGNALBOX_AUTH__ISSUERS: '[{"issuer":"https://auth.example.com","audience":"mcp-client"}]',
    });
  });

  test('take the address of the hub as the audience where no client is named', () => {
    const env = { SIGNALBOX_HTTP__PUBLIC_URL: 'https://hub.example.com/' };
    expect(
      withMcpVariables(env, { issuer: 'https://auth.example.com' })['SIGNALBOX_AUTH__ISSUERS'],
    ).toContain('"audience":"https://hub.example.com/mcp"');
    expectCode('usage', () => withMcpVariables({}, { issuer: 'https://auth.example.com' }));
  });

  test('and the settings of the hub in the environment give way to an option', () => {
    const env = { SIGNALBOX_HTTP__LEVEL: 'anchor', SIGNALBOX_STDIO__LEVEL: 'anchor' };
    expect(withMcpVariables(env, { level: 'trusted' }, { level: 'public' })).toEqual({
      SIGNALBOX_HTTP__LEVEL: 'public',
      SIGNALBOX_STDIO__LEVEL: 'public',
    });
  });

  test('give way to the settings of the hub that are in the environment, too', () => {
    expect(withMcpVariables({ SIGNALBOX_HTTP__LEVEL: 'trusted' }, { level: 'public' })).toMatchObject({
      SIGNALBOX_HTTP__LEVEL: 'trusted',
    });
  });
});
