/** A count that only grows. */
export interface Counter {
  readonly add: (by?: number) => void;
}

/** A value that goes up and down. */
export interface Gauge {
  readonly set: (value: number) => void;
  readonly add: (by: number) => void;
}

/** Durations in milliseconds, in fixed buckets. */
export interface Histogram {
  readonly observe: (valueMs: number) => void;
}

/** Fixed labels of one series. Bind once, outside the hot path; never put user input into a label. */
export type MetricLabels = { readonly [label: string]: string };

/** Where an extension's measurements come from; names become `signalbox_{extension}_{name}`. */
export interface Metrics {
  readonly counter: (name: string, help: string, labels?: MetricLabels) => Counter;
  readonly gauge: (name: string, help: string, labels?: MetricLabels) => Gauge;
  readonly histogram: (name: string, help: string, labels?: MetricLabels) => Histogram;
}
