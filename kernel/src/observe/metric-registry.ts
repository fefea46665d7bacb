import type { Counter, Gauge, Histogram, MetricLabels, Metrics } from '@signalbox/sdk';

const bucketBoundsMs = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000];

interface Series {
  readonly labels: string;
  readonly lines: (name: string) => string[];
}

interface Family {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly series: Map<string, Series>;
  readonly handles: Map<string, Counter | Gauge | Histogram>;
}

/** Every measurement of the hub, as Prometheus text (exposition format 0.0.4). Series are bound once and then cost an addition. */
export class MetricRegistry {
  readonly #families = new Map<string, Family>();

  /** The metrics of one extension; names become `signalbox_{extension}_{name}`. */
  of(extension: string): Metrics {
    const full = (name: string): string => `signalbox_${extension}_${name}`.replace(/[^a-zA-Z0-9_]/g, '_');
    return {
      counter: (name, help, labels) =>
        this.#bind(`${full(name)}_total`, { type: 'counter', help, labels, make: makeCounter }),
      gauge: (name, help, labels) => this.#bind(full(name), { type: 'gauge', help, labels, make: makeGauge }),
      histogram: (name, help, labels) =>
        this.#bind(`${full(name)}_ms`, { type: 'histogram', help, labels, make: makeHistogram }),
    };
  }

  /** The whole registry as text. */
  render(): string {
    const lines: string[] = [];
    for (const [name, { type, help, series }] of [...this.#families].sort(([a], [b]) => (a < b ? -1 : 1))) {
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
      for (const each of series.values()) lines.push(...each.lines(name));
    }
    return `${lines.join('\n')}\n`;
  }

  #bind<Handle extends Counter | Gauge | Histogram>(name: string, wanted: Wanted<Handle>): Handle {
    const family = this.#families.get(name) ?? {
      type: wanted.type,
      help: wanted.help,
      series: new Map(),
      handles: new Map(),
    };
    this.#families.set(name, family);
    const labels = renderLabels(wanted.labels ?? {});
    const known = family.handles.get(labels);
    // A family has one type, so its handles do too.
    if (known) return known as Handle;
    const { handle, series } = wanted.make(labels);
    family.series.set(labels, series);
    family.handles.set(labels, handle);
    return handle;
  }
}

interface Wanted<Handle> {
  readonly type: Family['type'];
  readonly help: string;
  readonly labels: MetricLabels | undefined;
  readonly make: (labels: string) => { handle: Handle; series: Series };
}

function makeCounter(labels: string): { handle: Counter; series: Series } {
  let value = 0;
  const handle = { add: (by = 1) => void (value += by) };
  return { handle, series: { labels, lines: (name) => [`${name}${braces(labels)} ${value}`] } };
}

function makeGauge(labels: string): { handle: Gauge; series: Series } {
  let value = 0;
  const handle = { set: (to: number) => void (value = to), add: (by: number) => void (value += by) };
  return { handle, series: { labels, lines: (name) => [`${name}${braces(labels)} ${value}`] } };
}

function makeHistogram(labels: string): { handle: Histogram; series: Series } {
  const counts = new Float64Array(bucketBoundsMs.length + 1);
  let sum = 0;
  const observe = (valueMs: number): void => {
    sum += valueMs;
    let index = 0;
    while (index < bucketBoundsMs.length && valueMs > (bucketBoundsMs[index] ?? 0)) index++;
    counts[index] = (counts[index] ?? 0) + 1;
  };
  const lines = (name: string): string[] => {
    let total = 0;
    const buckets = [...counts].map((count, index) => {
      total += count;
      const bound = bucketBoundsMs[index] ?? '+Inf';
      return `${name}_bucket${braces([labels, `le="${bound}"`].filter(Boolean).join(','))} ${total}`;
    });
    return [...buckets, `${name}_sum${braces(labels)} ${sum}`, `${name}_count${braces(labels)} ${total}`];
  };
  return { handle: { observe }, series: { labels, lines } };
}

function renderLabels(labels: MetricLabels): string {
  return Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([name, value]) =>
        `${name}="${value.replace(/["\\\n]/g, (char) => (char === '\n' ? String.raw`\n` : `\\${char}`))}"`,
    )
    .join(',');
}

function braces(labels: string): string {
  return labels === '' ? '' : `{${labels}}`;
}
