import type { Clock, Health, HealthPart, HealthReport } from '@signalbox/sdk';

const probeTimeoutMs = 2_000;

type Probe = () => HealthReport | Promise<HealthReport>;

/** Asks every part how it is. */
export class HealthRegistry {
  readonly #clock: Clock;
  readonly #probes = new Map<string, Probe>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The health of one extension, withdrawn with it through `onStop`. */
  of(extension: string, onStop: (action: () => void) => void): Health {
    return {
      check: (name, probe) => {
        const part = name === extension ? name : `${extension}/${name}`;
        this.#probes.set(part, probe);
        onStop(() => void this.#probes.delete(part));
      },
    };
  }

  /** Every part; one that fails or does not answer within two seconds is down. */
  async report(): Promise<readonly HealthPart[]> {
    const reports = [...this.#probes].map(async ([name, probe]) => ({ name, ...(await this.#ask(probe)) }));
    return (await Promise.all(reports)).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  #ask(probe: Probe): Promise<HealthReport> {
    return new Promise((resolve) => {
      const down = (reason: string): void => resolve({ status: 'down', reason });
      const cancel = this.#clock.after(probeTimeoutMs, () => down(`no answer within ${probeTimeoutMs} ms`));
      const ask = async (): Promise<void> => {
        try {
          resolve(await probe());
        } catch (error) {
          down(error instanceof Error ? error.message : 'the check failed');
        } finally {
          cancel();
        }
      };
      void ask();
    });
  }
}
