// One fixture on its own, for work on the hub: node --conditions=@signalbox/source src/fixture.ts modern|legacy [PORT]
import { startLegacy } from './fixtures/legacy/start-legacy.ts';
import { startModern } from './fixtures/modern/start-modern.ts';

const [era = '', port = '0'] = process.argv.slice(2);
const start = { modern: startModern, legacy: startLegacy }[era];
if (start) {
  const { url } = await start(Number(port));
  process.stdout.write(`${url}\n`);
} else {
  process.stderr.write(`there is no fixture "${era}"; there are: modern, legacy\n`);
  process.exitCode = 2;
}
