import { parseArgs } from 'node:util';
import { startEngineHub } from '../../../engine-embedded/test/support/engine-hub.ts';
import { startTemporalHub } from '../support/temporal-hub.ts';
import { TemporalServer } from '../support/temporal-server.ts';
import { type Carried, carryOut } from './carry-out.ts';
import { difference } from './compare.ts';
import { makeCase } from './make-case.ts';
import { patient } from './patient.ts';

const { values } = parseArgs({
  options: { pipelines: { type: 'string', default: '1000' }, seed: { type: 'string', default: '1' } },
});
const count = Number(values.pipelines);
const seed = Number(values.seed);
const write = (text: string): void => void process.stdout.write(`${text}\n`);
const told = (engine: string) => (ended: number) => {
  if (ended % 100 === 0) write(`${engine}: ${ended} of ${count} pipelines have ended`);
};

const cases = Array.from({ length: count }, (_, index) => makeCase(seed * 1_000_000 + index));
const timed = cases.filter(({ modelled }) => modelled.dependsOnTime).length;
write(`${count} pipelines of every construct, --seed ${seed}; sleeps are cut to 1 s`);
write(`in ${timed} something failed beside other steps: of those only the end is compared`);

const embedded = await carryOut(cases, (extensions) => startEngineHub({ extensions }), told('embedded'));
await using server = await TemporalServer.start();
const temporal = await carryOut(
  cases,
  (extensions) => startTemporalHub({ address: server.address }, { extensions, settings: patient }),
  told('temporal'),
);

const differences = cases.flatMap((each, index) => [
  ...tell(each.seed, 'embedded', embedded[index] && difference(each, embedded[index])),
  ...tell(each.seed, 'temporal', temporal[index] && difference(each, temporal[index])),
]);
for (const each of differences.slice(0, 20)) write(`  ${each}`);
const calls = (carried: readonly Carried[]): number =>
  carried.reduce((sum, each) => sum + each.calls.length, 0);
write(`calls: ${calls(embedded)} embedded, ${calls(temporal)} temporal`);
write(`differential: ${count} pipelines, model = embedded = temporal, ${differences.length} differences`);
process.exitCode = differences.length === 0 ? 0 : 1;

function tell(of: number, engine: string, text: string | undefined): readonly string[] {
  return text === undefined ? [] : [`pipeline ${of}, ${engine}: ${text}`];
}
