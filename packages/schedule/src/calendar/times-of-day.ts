/** The times that are due on each of some days, in milliseconds since midnight. They are never listed: there may be 86,400. */
export class TimesOfDay {
  readonly #hours: readonly number[];
  readonly #minutes: readonly number[];
  readonly #seconds: readonly number[];
  readonly count: number;

  /** Of each the sorted values, at least one. */
  constructor(hours: readonly number[], minutes: readonly number[], seconds: readonly number[]) {
    this.#hours = hours;
    this.#minutes = minutes;
    this.#seconds = seconds;
    this.count = hours.length * minutes.length * seconds.length;
  }

  /** The time at a place in their order; undefined beyond the last. */
  at(index: number): number | undefined {
    const second = this.#seconds[index % this.#seconds.length];
    const minutes = Math.floor(index / this.#seconds.length);
    const minute = this.#minutes[minutes % this.#minutes.length];
    const hour = this.#hours[Math.floor(minutes / this.#minutes.length)];
    if (hour === undefined || minute === undefined || second === undefined) return undefined;
    return ((hour * 60 + minute) * 60 + second) * 1_000;
  }

  /** The first time after another; undefined when there is none that day. */
  after(timeMs: number): number | undefined {
    const index = this.countBefore(timeMs + 1);
    return index < this.count ? this.at(index) : undefined;
  }

  /** How many times are before another. */
  countBefore(timeMs: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.at(middle) ?? Infinity) >= timeMs) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
