import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { reportGrowth } from './report-growth.ts';
import { reportHop } from './report-hop.ts';
import type { Effort } from './run-rounds.ts';
import { reportAccess, runAccess } from './suite-access.ts';
import { reportDisclosure, runDisclosure } from './suite-disclosure.ts';
import { runGrowth } from './suite-growth.ts';
import { runHop } from './suite-hop.ts';
import { reportSchedule, runSchedule } from './suite-schedule.ts';
import { reportStepper, runStepper } from './suite-stepper.ts';
import { reportTasks, runTasks } from './suite-tasks.ts';
import { reportTemplate, runTemplate } from './suite-template.ts';
import { measureTokenCache, reportTokenCache } from './suite-token-cache.ts';
import { measureYardstick } from './yardstick.ts';

const { values } = parseArgs({
  options: {
    suite: { type: 'string', default: 'hop' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '1,16,64' },
    tasks: { type: 'string', default: '10000' },
    store: { type: 'string', default: 'sqlite' },
  },
});
const suites = {
  hop: async (effort: Effort, progress: (text: string) => void) => {
    const samples = await runHop(effort, progress);
    return { samples, report: reportHop(samples) };
  },
  disclosure: async () => {
    const samples = await runDisclosure();
    return { samples, report: reportDisclosure(samples) };
  },
  access: async () => {
    const samples = runAccess();
    const yardstick = measureYardstick();
    return { samples: [...samples, yardstick], report: reportAccess(samples, yardstick) };
  },
  schedule: async () => {
    const samples = runSchedule();
    return { samples, report: reportSchedule(samples) };
  },
  stepper: async () => {
    const samples = runStepper();
    return { samples, report: reportStepper(samples) };
  },
  template: async () => {
    const samples = runTemplate();
    const yardstick = measureYardstick();
    return { samples: [...samples, yardstick], report: reportTemplate(samples, yardstick) };
  },
  growth: async (effort: Effort, progress: (text: string) => void) => {
    const samples = await runGrowth(effort, progress);
    return { samples, report: reportGrowth(samples) };
  },
  tasks: async (_effort: Effort, progress: (text: string) => void) => {
    const postgres = values.store === 'postgres' ? process.env['SIGNALBOX_TEST_POSTGRES'] : undefined;
    if (values.store !== 'sqlite' && postgres === undefined)
      throw new TypeError('--store is sqlite or postgres; postgres wants its URL in SIGNALBOX_TEST_POSTGRES');
    const size = {
      tasks: Number(values.tasks),
      duePerSecond: 50,
      seconds: 30,
      ...(postgres === undefined ? {} : { postgres }),
    };
    const sample = await runTasks(size, progress);
    return { samples: [sample], report: reportTasks(sample) };
  },
  token: async () => {
    const sample = measureTokenCache();
    const yardstick = measureYardstick();
    return { samples: [sample, yardstick], report: reportTokenCache(sample, yardstick) };
  },
};
const write = (text: string): void => void process.stdout.write(`${text}\n`);

const names = values.suite.split(',');
const unknown = names.find((name) => !(name in suites));
if (unknown !== undefined) {
  write(`there is no suite "${unknown}"; there are: ${Object.keys(suites).join(', ')}`);
  process.exitCode = 2;
} else {
  for (const name of names) await runSuite(name as keyof typeof suites);
}

async function runSuite(name: keyof typeof suites): Promise<void> {
  const effort = {
    rounds: Number(values.rounds),
    durationMs: Number(values.seconds) * 1000,
    connections: values.connections.split(',').map(Number),
  };
  const machine = {
    node: process.version,
    processor: cpus()[0]?.model ?? '',
    cores: cpus().length,
    load: loadavg()[0],
  };
  write(
    `suite ${name}: ${effort.rounds} rounds of ${values.seconds} s, ${machine.cores} cores, load ${machine.load?.toFixed(1)}`,
  );
  const { samples, report } = await suites[name](effort, (text) => void process.stderr.write(`${text}\n`));
  const folder = new URL('../results/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL(`${name}.json`, folder), JSON.stringify({ name, effort, machine, samples }, null, 2));
  write(report);
}
