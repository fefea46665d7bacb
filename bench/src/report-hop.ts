import type { Sample } from './measure.ts';
import { median, type Ratio, ratioOf, spread } from './ratio.ts';

/** A goal of the hop, as a ratio. */
interface Goal {
  readonly number: string;
  readonly text: string;
  readonly limit: number;
  readonly isAtMost: boolean;
  readonly value: number;
}

/** One figure of one case at one number of connections, round by round. */
const figure = (
  samples: readonly Sample[],
  name: string,
  connections: number,
  of: (sample: Sample) => number,
): number[] => samples.filter((each) => each.case === name && each.connections === connections).map(of);

const cpu = (sample: Sample): number => sample.cpuUsPerRequest;
const rate = (sample: Sample): number => sample.requests / sample.seconds;
const p50 = (sample: Sample): number => sample.p50Us;

/** The tables and goals as text. */
export function reportHop(samples: readonly Sample[]): string {
  const counts = [...new Set(samples.map(({ connections }) => connections))];
  return [...counts.map((connections) => table(samples, connections)), goals(samples, counts)].join('\n');
}

function table(samples: readonly Sample[], connections: number): string {
  const names = ['direct', 'proxy', 'sdk', 'bare', 'full', 'write'];
  const reference = (of: (sample: Sample) => number): number[] => figure(samples, 'proxy', connections, of);
  const lines = names.map((name) => {
    const values = figure(samples, name, connections, cpu);
    const errors = figure(
      samples,
      name,
      connections,
      (sample) => sample.errors + sample.stalledSeconds,
    ).reduce((a, b) => a + b, 0);
    return [
      name.padEnd(7),
      name === 'direct' ? '      –' : median(values).toFixed(1).padStart(7),
      name === 'direct' ? '                 –' : show(ratioOf(values, reference(cpu))),
      median(figure(samples, name, connections, rate))
        .toFixed(0)
        .padStart(7),
      show(ratioOf(figure(samples, name, connections, rate), reference(rate))),
      median(figure(samples, name, connections, p50))
        .toFixed(0)
        .padStart(7),
      median(figure(samples, name, connections, (sample) => sample.p99Us))
        .toFixed(0)
        .padStart(7),
      errors === 0 ? '' : `  VOID: ${errors} errors or stalled seconds`,
    ].join('  ');
  });
  const drift = spread(reference(cpu));
  const doubt = drift > 0.3 ? `  VOID: the proxy's own figure moved by ${(drift * 100).toFixed(0)} %` : '';
  return `${connections} connections${doubt}\ncase     CPU us   x proxy (min–max)    req/s   x proxy (min–max)   p50 us   p99 us\n${lines.join('\n')}\n`;
}

function show({ median: middle, min, max }: Ratio): string {
  return `${middle.toFixed(2)} (${min.toFixed(2)}–${max.toFixed(2)})`.padStart(18);
}

function goals(samples: readonly Sample[], counts: readonly number[]): string {
  const busy = counts.includes(16) ? 16 : (counts.at(-1) ?? 16);
  const ratio = (name: string, to: string, of: (sample: Sample) => number): number =>
    ratioOf(figure(samples, name, busy, of), figure(samples, to, busy, of)).median;
  const list: Goal[] = [
    {
      number: '1',
      text: 'bare CPU/request, x proxy',
      limit: 1,
      isAtMost: true,
      value: ratio('bare', 'proxy', cpu),
    },
    {
      number: '2',
      text: 'full CPU/request, x proxy',
      limit: 1.25,
      isAtMost: true,
      value: ratio('full', 'proxy', cpu),
    },
    {
      number: '3',
      text: 'full throughput, x proxy',
      limit: 0.75,
      isAtMost: false,
      value: ratio('full', 'proxy', rate),
    },
    ...(counts.includes(1) ? latencyGoals(samples) : []),
    {
      number: '5a',
      text: 'full CPU/request, x SDK gateway',
      limit: 1 / 12,
      isAtMost: true,
      value: ratio('full', 'sdk', cpu),
    },
    {
      number: '5b',
      text: 'full throughput, x SDK gateway',
      limit: 10,
      isAtMost: false,
      value: ratio('full', 'sdk', rate),
    },
  ];
  const writing = ratio('write', 'proxy', cpu);
  const lines = list.map(({ number, text, limit, isAtMost, value }) => {
    const isMet = isAtMost ? value <= limit : value >= limit;
    return `  ${number.padEnd(3)} ${text.padEnd(36)} ${value.toFixed(3).padStart(8)}  goal ${isAtMost ? '≤' : '≥'} ${limit.toFixed(3)}  ${isMet ? 'met' : 'MISSED'}`;
  });
  const write = `  –   write CPU/request, x proxy           ${writing.toFixed(3).padStart(8)}  no goal: its intent is on disk before it is made`;
  return `goals (at ${busy} connections)\n${[...lines, write].join('\n')}`;
}

/** What the hop adds to the median at one connection, against what the proxy adds. */
function latencyGoals(samples: readonly Sample[]): Goal[] {
  const direct = figure(samples, 'direct', 1, p50);
  const added = (name: string): number[] =>
    figure(samples, name, 1, p50).map((value, round) => value - (direct[round] ?? 0));
  const value = (name: string): number => ratioOf(added(name), added('proxy')).median;
  return [
    {
      number: '4a',
      text: 'bare added p50 at 1 connection, x proxy',
      limit: 1,
      isAtMost: true,
      value: value('bare'),
    },
    {
      number: '4b',
      text: 'full added p50 at 1 connection, x proxy',
      limit: 1.3,
      isAtMost: true,
      value: value('full'),
    },
  ];
}
