// A scripted upstream over standard streams: node stdio-program.ts VERSION
import { createInterface } from 'node:readline';
import { spokenVersions } from '../../../apps/signalbox/src/reference/compatibility.ts';
import { readText, toText } from '../message.ts';
import { openWire } from './open-wire.ts';
import { ScriptedUpstream } from './scripted-upstream.ts';

const spoken = spokenVersions.find(({ version }) => version === process.argv[2]);
if (!spoken) throw new Error(`there is no version ${process.argv[2]}`);
const take = openWire(new ScriptedUpstream(spoken), (...messages) =>
  process.stdout.write(`${toText(messages)}\n`),
);
createInterface({ input: process.stdin }).on('line', (line) => {
  for (const message of readText(line)) void take(message);
});
