import type { EngineSettings } from '@signalbox/runs';
import { type Clock, type Log, SignalboxError } from '@signalbox/sdk';
import { Client } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import {
  makeTelemetryFilterString,
  NativeConnection,
  Runtime,
  Worker,
  type WorkflowBundle,
} from '@temporalio/worker';
import { callsQueue, type RunActivities } from '../contract.ts';
import { toTemporalLogger } from './temporal-logger.ts';

/** That a request is made again is no news; that none is answered is told by the hub itself. */
const logFilter = makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' });

/** What the hub is joined to Temporal with. */
export interface LinkParts {
  readonly settings: EngineSettings;
  readonly activities: RunActivities;
  readonly dataConverter: DataConverter;
  readonly bundle: () => Promise<WorkflowBundle>;
  readonly clock: Clock;
  readonly log: Log;
  /** Told when Temporal can be asked. */
  readonly onConnected: () => void;
}

/** The hub waits two seconds for a check. */
const pingMs = 1_500;
const firstRetryMs = 500;
const longestRetryMs = 15_000;
/** Calls get the grace of the settings, no more than this, and the worker so much to tell how they ended: the hub waits 10 s for both. */
const longestGraceMs = 6_000;
const tellMs = 3_000;

/** The hub's connection to Temporal and the worker behind it: made when Temporal is there, and made again when it was gone. */
export class TemporalLink {
  readonly #parts: LinkParts;
  #client: Client | undefined;
  #workers: readonly Worker[] = [];
  #problem = 'it was not asked yet';
  #isStopped = false;
  #isLeft = Promise.withResolvers<void>();
  #living: Promise<void> | undefined;

  constructor(parts: LinkParts) {
    this.#parts = parts;
  }

  /** Begins to look for Temporal. Resolves at once: the hub serves without it. */
  start(): void {
    try {
      // One for the whole process; another hub in it has installed it already. The hub itself listens for signals to end.
      Runtime.install({
        logger: toTemporalLogger(this.#parts.log),
        telemetryOptions: { logging: { forward: {}, filter: logFilter } },
        shutdownSignals: [],
      });
    } catch {
      Runtime.instance();
    }
    this.#living = this.#live();
  }

  /** Takes no more work, gives calls time to end, and tells Temporal which did not. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#isLeft.resolve();
    this.#shutDown();
    await this.#living;
  }

  /** Why Temporal cannot be asked; undefined when it can. */
  get problem(): string | undefined {
    return this.#client ? undefined : this.#problem;
  }

  /** Undefined while Temporal is not there. */
  get client(): Client | undefined {
    return this.#client;
  }

  /** Asks Temporal whether it is there. Errors: `upstream_unavailable`. */
  async ping(): Promise<void> {
    const { address, namespace } = this.#parts.settings.temporal;
    try {
      if (!this.#client) throw new Error(this.#problem);
      await this.#client.withDeadline(Date.now() + pingMs, async () =>
        this.#client?.workflowService.describeNamespace({ namespace }),
      );
    } catch (cause) {
      throw unreachable(address, cause);
    }
  }

  async #live(): Promise<void> {
    let waitMs = firstRetryMs;
    while (!this.#isStopped) {
      try {
        await this.#liveOnce(() => {
          waitMs = firstRetryMs;
        });
      } catch (cause) {
        const error = unreachable(this.#parts.settings.temporal.address, cause);
        if (this.#problem !== error.message)
          this.#parts.log.warn('there is no Temporal to carry runs out', { cause: error });
        this.#problem = error.message;
      }
      this.#client = undefined;
      if (!this.#isStopped) await this.#pause(waitMs);
      waitMs = Math.min(longestRetryMs, waitMs * 2);
    }
  }

  /** From the connection to its end. */
  async #liveOnce(onConnected: () => void): Promise<void> {
    const { settings, activities, dataConverter, bundle } = this.#parts;
    const { address, namespace, taskQueue, tls, apiKey } = settings.temporal;
    const graceMs = Math.min(settings.graceMs, longestGraceMs);
    const connection = await NativeConnection.connect({
      address,
      ...(tls || apiKey !== undefined ? { tls: true } : {}),
      ...(apiKey === undefined ? {} : { apiKey }),
    });
    try {
      const { callTool, ...store } = activities;
      const shared = {
        connection,
        namespace,
        dataConverter,
        shutdownGraceTime: graceMs,
        shutdownForceTime: graceMs + tellMs,
      };
      const runs = await Worker.create({
        ...shared,
        taskQueue,
        activities: { ...store },
        workflowBundle: await bundle(),
        // A node that is gone keeps others waiting no longer than this.
        stickyQueueScheduleToStartTimeout: '5 seconds',
      });
      const calls = await Worker.create({
        ...shared,
        taskQueue: callsQueue(taskQueue),
        activities: { callTool },
        maxConcurrentActivityTaskExecutions: settings.maxRuns,
        // Who is to stop a call hears of it with the next sign of life.
        maxHeartbeatThrottleInterval: 1_000,
      });
      this.#workers = [runs, calls];
      if (this.#isStopped) return;
      this.#client = new Client({ connection, namespace, dataConverter });
      onConnected();
      this.#parts.onConnected();
      await Promise.all(this.#workers.map((worker) => worker.run().finally(() => this.#shutDown())));
    } finally {
      this.#workers = [];
      this.#client = undefined;
      await connection.close().catch(() => undefined);
    }
  }

  /** One without the other is of no use. */
  #shutDown(): void {
    for (const worker of this.#workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  }

  async #pause(ms: number): Promise<void> {
    let cancel = (): void => undefined;
    const passed = new Promise<void>((resolve) => {
      cancel = this.#parts.clock.after(ms, resolve);
    });
    await Promise.race([passed, this.#isLeft.promise]);
    cancel();
  }
}

function unreachable(address: string, cause: unknown): SignalboxError {
  const text = cause instanceof Error ? cause.message : String(cause);
  return new SignalboxError(
    'upstream_unavailable',
    `Temporal at ${address} does not answer: ${text.slice(0, 300)}; runs wait until it does`,
    { cause },
  );
}
