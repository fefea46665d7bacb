import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeHome } from '../../../test/support/home.ts';
import { startHub } from '../../../test/support/hub-process.ts';
import { checkoutProgram, root } from '../../../test/support/paths.ts';
import { describeTemporal, TemporalServer } from './support/temporal-server.ts';

const guide = readFileSync(join(root, 'docs/guides/run-on-temporal.md'), 'utf8');
/** The commands of the guide, in their order. */
const shown = [...guide.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, text = '']) =>
  text.trim().split('\n'),
);

describeTemporal('the guide', () => {
  const home = makeHome();
  let server: TemporalServer;
  beforeAll(async () => {
    server = await TemporalServer.start();
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    home[Symbol.dispose]();
  });

  test('shows commands that carry the example out on Temporal', { timeout: 120_000 }, async () => {
    const [install, temporal, up = '', ...inTheOther] = shown;
    expect([install, temporal]).toEqual([
      'node extensions/engine-temporal/install.mjs',
      'temporal server start-dev',
    ]);
    const [setting = '', _npx, _signalbox, ...words] = up.split(' ');
    const [name = '', value = ''] = setting.split('=');
    const dataDir = join(home.folder, 'data');
    await using hub = await startHub(home, {
      // From the checkout, where the engine over Temporal is found.
      command: [process.execPath, checkoutProgram, ...words],
      cwd: root,
      dataDir,
      env: {
        [name]: value,
        SIGNALBOX_DATA_DIR: dataDir,
        SIGNALBOX_ENGINE__TEMPORAL__ADDRESS: server.address,
      },
    });
    const said: string[] = [];
    for (const command of inTheOther) {
      const own = [...command.replace('npx signalbox ', '').matchAll(/"([^"]*)"|\S+/g)].map(
        ([all, text]) => text ?? all,
      );
      const env = { SIGNALBOX_URL: hub.url, SIGNALBOX_KEY: hub.key };
      const run = await home.signalbox(own, { cwd: root, env });
      expect(run.code, `${command}\n${run.stdout}${run.stderr}`).toBe(0);
      said.push(run.stdout);
    }
    expect(said.at(-1)).toMatch(/succeeded/);
    expect(await server.command('workflow', 'list')).toMatch(
      /Completed.*signalbox\.pipeline\.v1|signalbox\.pipeline\.v1/,
    );
  });
});
