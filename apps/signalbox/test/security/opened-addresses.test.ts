import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { discover } from '../../src/sign-in/discover.ts';
import { signInWithBrowser } from '../../src/sign-in/sign-in-with-browser.ts';

let folder: string;
let server: Server;
let base: string;
let endpoint = '';
const path = process.env['PATH'] ?? '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'signalbox-open-'));
  // What opens a browser on Linux; this one writes down each word it was given.
  writeFileSync(
    join(folder, 'xdg-open'),
    `#!/bin/sh\nprintf '%s\\n' "$#" "$@" > "${folder}/part" && mv "${folder}/part" "${folder}/opened"\n`,
  );
  chmodSync(join(folder, 'xdg-open'), 0o755);
  process.env['PATH'] = `${folder}${delimiter}${path}`;
  server = createServer((request, response) => {
    const isResource = request.url?.includes('protected-resource') ?? false;
    const metadata = isResource
      ? { resource: `${base}/api/v1`, authorization_servers: [base] }
      : {
          issuer: base,
          authorization_endpoint: endpoint,
          token_endpoint: `${base}/token`,
          code_challenge_methods_supported: ['S256'],
        };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(metadata));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  process.env['PATH'] = path;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

describe('an address a hub wants opened', () => {
  test.each([
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:text/html,x',
    'smb://host/share',
    'ms-msdt:/id',
    '-e',
    '$(touch marker)',
    'http://elsewhere.example/authorize',
    'https:',
    '',
  ])('that is %j is never opened', async (hostile) => {
    endpoint = hostile;
    await expect(discover(base)).rejects.toThrow();
    expect(existsSync(join(folder, 'opened'))).toBe(false);
  });

  test('is one word to the program that opens it, whatever it holds', async () => {
    endpoint = `${base}/a$(touch ${folder}/marker);touch ${folder}/marker|\`id\`&&x`;
    const place = await discover(base);
    const opened = new Promise<void>((resolve) => {
      const watcher = watch(folder, () => {
        if (!existsSync(join(folder, 'opened'))) return;
        watcher.close();
        resolve();
      });
    });
    const stop = new AbortController();
    const signingIn = signInWithBrowser(place, {
      scope: 'tools:list',
      platform: 'linux',
      opens: true,
      show: () => undefined,
      signal: stop.signal,
    });
    await opened;
    stop.abort();
    await expect(signingIn).rejects.toMatchObject({ code: 'cancelled' });
    const [count, address] = readFileSync(join(folder, 'opened'), 'utf8').split('\n');
    expect([count, address?.startsWith(`${base}/a`)]).toEqual(['1', true]);
    expect(existsSync(join(folder, 'marker'))).toBe(false);
  });
});
