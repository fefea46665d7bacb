import { SignalboxError } from '@signalbox/sdk';
import { describe, expect, test } from 'vitest';
import { explainSettings, loadSettings, startHub } from '../../src/index.ts';
import { makeExtension } from '../support/extensions.ts';
import { bearer, send } from '../support/http.ts';
import { gatewayLike, load } from '../support/settings-folder.ts';

const canaries = { TOKEN: 'canary-token-123456', PASSWORD: 'canary "quoted" \\ 789' };
const text = `
dataDir: data
log: { format: FORMAT, level: debug }
http: { port: 0 }
gateway: { upstreams: { a: { url: "http://127.0.0.1:1/mcp", headers: { A: "Bearer \${env:TOKEN}", B: "\${env:PASSWORD}" } } } }
`;

const leaky = makeExtension('leaky', ({ log, routes }) => {
  const { TOKEN, PASSWORD } = canaries;
  log.info('plain', { token: TOKEN, deep: { list: [PASSWORD] }, header: `Bearer ${TOKEN}` });
  log.child({ password: PASSWORD }).warn(TOKEN);
  log.error('failed', { cause: new Error(`above ${TOKEN}`, { cause: new Error(`below ${PASSWORD}`) }) });
  routes.mount({
    path: '/leak',
    access: 'principal',
    handle: () => {
      throw new Error(TOKEN);
    },
  });
  routes.mount({
    path: '/broken-store',
    access: 'principal',
    handle: () => {
      throw new SignalboxError('store_failed', `cannot connect with ${PASSWORD}`, {
        details: { url: TOKEN },
      });
    },
  });
});

describe.each(['json', 'pretty'])('secrets of the settings in a hub that logs %s', (format) => {
  test('reach no sink', async () => {
    const written: string[] = [];
    const { answers, explained, key } = await load(
      text.replace('FORMAT', format),
      { env: canaries, extensions: [gatewayLike, leaky] },
      async (_read, folder) => {
        const settings = loadSettings({
          path: `${folder}/signalbox.yaml`,
          env: canaries,
          extensions: [gatewayLike, leaky],
        });
        const sink = { write: (line: string) => void written.push(line), isTerminal: format === 'pretty' };
        const hub = await startHub({ settings, extensions: [gatewayLike, leaky], version: '0', sink });
        const paths = ['/leak', '/broken-store', '/readyz', '/metrics', '/api/v1/openapi.json', '/nothing'];
        const answers = await Promise.all(
          paths.map((path) => send(`${hub.url}${path}`, { headers: bearer(hub.ownerKey.text) })),
        );
        await hub.stop();
        return { answers, explained: explainSettings(settings), key: hub.ownerKey.text };
      },
    );
    const sinks = {
      log: written.join(''),
      explained: JSON.stringify(explained),
      answers: JSON.stringify(answers),
    };
    expect(sinks.log).toContain('failed');
    expect(sinks.log).toContain('***');
    for (const [sink, all] of Object.entries(sinks))
      for (const secret of ['canary', '123456', 'quoted', key])
        expect([sink, all.includes(secret)]).toEqual([sink, false]);
    expect(answers.map(({ status }) => status)).toEqual([500, 503, 200, 200, 200, 404]);
  });
});
