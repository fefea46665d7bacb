import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
} from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { describe, expect, test } from 'vitest';
import { startInspector } from './support/inspector.ts';
import { type LoopbackProvider, startLoopbackClient } from './support/loopback-client.ts';
import { type SignInPlace, typePassword } from './support/sign-in-place.ts';

/** What both SDKs can do. */
interface AnyClient {
  readonly connect: () => Promise<void>;
  readonly finish: (answer: URLSearchParams) => Promise<void>;
  readonly tools: () => Promise<readonly string[]>;
  readonly echo: () => Promise<unknown>;
  readonly close: () => Promise<void>;
}

const echo = { name: 'everything__echo', arguments: { message: 'hi' } };
const clientInfo = { name: 'sign-in test', version: '1' };

function legacy(url: URL, authProvider: LoopbackProvider): AnyClient {
  const first = new StreamableHTTPClientTransport(url, { authProvider });
  const client = new Client(clientInfo);
  return {
    connect: async () => client.connect(new StreamableHTTPClientTransport(url, { authProvider })),
    finish: async (answer) => first.finishAuth(answer.get('code') ?? ''),
    tools: async () => (await client.listTools()).tools.map(({ name }) => name),
    echo: async () => (await client.callTool(echo)).content,
    close: () => client.close(),
  };
}

function modern(url: URL, authProvider: LoopbackProvider): AnyClient {
  const first = new ModernTransport(url, { authProvider });
  const client = new ModernClient(clientInfo);
  return {
    connect: async () => client.connect(new ModernTransport(url, { authProvider })),
    finish: async (answer) => first.finishAuth(answer),
    tools: async () => (await client.listTools()).tools.map(({ name }) => name),
    echo: async () => (await client.callTool(echo)).content,
    close: () => client.close(),
  };
}

/** The official clients of the protocol sign in with a browser. */
export function testClients(here: () => SignInPlace): void {
  describe.each([
    ['SDK v1', legacy],
    ['SDK v2', modern],
  ] as const)('the client of %s', (_, makeClient) => {
    test('is allowed on a page that says what it is, and uses a tool', async () => {
      const { url, newPage } = here();
      await using loopback = await startLoopbackClient('Desktop assistant');
      const { provider } = loopback;
      const client = makeClient(new URL(`${url}/mcp`), provider);
      await expect(client.connect()).rejects.toThrow(/auth/i);
      const page = await newPage();
      await page.goto((await provider.address).href);
      await typePassword(page);
      const text = await page.locator('main').innerText();
      for (const part of [
        'Desktop assistant',
        new URL(loopback.redirectUrl).host,
        `${url}/mcp`,
        'Ann Example',
        'Use tools in your name',
        'As a trusted user',
        'nobody has checked it',
      ])
        expect(text).toContain(part);
      const [allow, refuse] = await Promise.all(
        ['Allow', 'Refuse'].map((name) => page.getByRole('button', { name }).boundingBox()),
      );
      expect([refuse?.width, refuse?.height, refuse?.y]).toEqual([allow?.width, allow?.height, allow?.y]);
      await page.getByRole('button', { name: 'Allow' }).click();
      await client.finish(await loopback.answer);
      await client.connect();
      expect(await client.tools()).toContain('everything__echo');
      expect(await client.echo()).toEqual([{ type: 'text', text: 'Echo: hi' }]);
      await client.close();
    });

    test('is told when the person refuses', async () => {
      const { url, newPage } = here();
      await using loopback = await startLoopbackClient('Desktop assistant');
      const client = makeClient(new URL(`${url}/mcp`), loopback.provider);
      await expect(client.connect()).rejects.toThrow(/auth/i);
      const page = await newPage();
      await page.goto((await loopback.provider.address).href);
      await typePassword(page);
      await page.getByRole('button', { name: 'Refuse' }).click();
      expect((await loopback.answer).get('error')).toBe('access_denied');
      await client.close();
    });
  });

  test('the MCP Inspector signs in from its own pages, lists the tools and comes to one', async () => {
    const place = here();
    await using inspector = await startInspector(place);
    const page = await place.newPage();
    await page.goto(inspector.address);
    await page.getByRole('switch').first().check({ force: true });
    await page.waitForURL(`${place.url}/oauth/interaction/*`);
    await typePassword(page);
    await page.getByRole('heading', { name: 'Allow MCP Inspector?' }).waitFor();
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.getByText('Connected', { exact: true }).waitFor();
    await page.getByText('Tools', { exact: true }).first().click();
    await page.getByText('everything__echo').first().waitFor();
  });
}
