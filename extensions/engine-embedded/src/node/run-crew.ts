import {
  type Claim,
  changeRun,
  claimRuns,
  type EngineSettings,
  type EngineTables,
  nextDueAt,
  openClaimed,
  type Plans,
  type RunRow,
  readInboxes,
  renewLeases,
} from '@signalbox/runs';
import type { DriverParts } from '../run/driver-parts.ts';
import { endBroken } from '../run/end-broken.ts';
import { RunDriver } from '../run/run-driver.ts';

/** What a node carries runs out with. */
export interface CrewParts extends DriverParts {
  readonly settings: Omit<EngineSettings, 'driver' | 'temporal'>;
  readonly plans: Plans;
  /** Names this node while it runs. */
  readonly node: string;
}

const claimAtOnce = 50;
/** After a renewal the store did not take, it is asked again so soon, or sooner. */
const renewAgainMs = 1_000;

/** The runs this node holds: it takes those that are due, keeps hold of them, and lets go when it stops. */
export class RunCrew {
  readonly #parts: CrewParts;
  readonly #drivers = new Map<string, RunDriver>();
  /** Runs it has claimed and not let go of, those it is still reading among them. */
  readonly #held = new Set<string>();
  /** What something came for before it was driven. */
  readonly #told = new Set<string>();
  #isClaiming = false;
  /** Of those it holds, what waits for other runs, and in how many calls. */
  readonly #aside = new Map<string, number>();
  #driving = new Set<Promise<unknown>>();
  #looking: Promise<void> | undefined;
  #isReading = false;
  #mustLookAgain = false;
  #cancelPoll: () => void = () => undefined;
  #cancelDue: () => void = () => undefined;
  #cancelRenewal: () => void = () => undefined;
  /** When the last renewal was begun that the store has taken. */
  #renewedAt = 0;
  #isLeaving = true;
  #isStopped = true;

  constructor(parts: CrewParts) {
    this.#parts = parts;
  }

  /** Begins to take runs. */
  async start(): Promise<void> {
    this.#isLeaving = false;
    this.#isStopped = false;
    if (this.#parts.database.dialect === 'sqlite') await this.#releaseAll();
    this.#renewedAt = this.#parts.clock.now();
    this.#planPoll();
    this.#planRenewal();
    this.look();
  }

  /** Takes no more runs and makes no more calls; those under way go on. */
  leave(): void {
    this.#isLeaving = true;
    this.#cancelPoll();
    this.#cancelDue();
    for (const driver of this.#drivers.values()) driver.leave();
  }

  /** Leaves, gives calls time to end, and lets go of what is left. */
  async stop(): Promise<void> {
    this.leave();
    this.#isStopped = true;
    this.#cancelRenewal();
    await this.#looking;
    const { clock, settings } = this.#parts;
    const endsAt = clock.now() + settings.graceMs;
    await this.#settleUntil(endsAt);
    const left = [...this.#drivers.values()];
    await Promise.all(left.map((driver) => driver.leaveNow()));
    await Promise.all(this.#driving);
    this.#drivers.clear();
  }

  /** Looks for runs that are due, now. */
  look(): void {
    if (this.#isLeaving) return;
    this.#mustLookAgain = true;
    this.#looking ??= this.#lookWhileNeeded();
  }

  /** Tells a run this node holds that something came for it; any other is found by looking. */
  async tell(run: string): Promise<void> {
    const driver = this.#drivers.get(run);
    if (driver) return driver.lookInside();
    if (this.#isClaiming || this.#held.has(run)) this.#told.add(run);
    this.look();
  }

  /** Lets other runs have the place of one, until the result is called. */
  standAside(run: string): () => void {
    this.#aside.set(run, (this.#aside.get(run) ?? 0) + 1);
    this.look();
    return () => {
      const left = (this.#aside.get(run) ?? 1) - 1;
      if (left > 0) this.#aside.set(run, left);
      else this.#aside.delete(run);
    };
  }

  /** How many runs are driven here now. */
  get size(): number {
    return this.#drivers.size;
  }

  async #lookWhileNeeded(): Promise<void> {
    while (this.#mustLookAgain && !this.#isLeaving) {
      this.#mustLookAgain = false;
      try {
        await this.#claim();
        await this.#planNextDue();
      } catch (cause) {
        this.#parts.log.warn('runs that are due could not be looked for', { cause });
      }
    }
    // In the same moment in which it is known that nobody wants another look.
    this.#looking = undefined;
  }

  async #claim(): Promise<void> {
    const { settings, clock, node } = this.#parts;
    for (;;) {
      const limit = Math.min(claimAtOnce, settings.maxRuns - this.#placesTaken());
      if (limit <= 0 || this.#isLeaving) return;
      const held = [...this.#held];
      const claim = { node, now: clock.now(), leaseMs: settings.leaseMs, limit, held };
      const rows = await this.#claimTold(claim);
      for (const row of rows) this.#take(row);
      if (rows.length < limit) return;
    }
  }

  /** What comes for runs while they are claimed may have come after they were read. */
  async #claimTold(claim: Claim): Promise<readonly RunRow[]> {
    this.#isClaiming = true;
    try {
      const rows = await claimRuns(this.#parts.database, claim);
      const taken = new Set(rows.map(({ id }) => id));
      for (const run of this.#told) if (!taken.has(run) && !this.#held.has(run)) this.#told.delete(run);
      return rows;
    } finally {
      this.#isClaiming = false;
    }
  }

  #placesTaken(): number {
    let taken = 0;
    for (const run of this.#held)
      if (!this.#aside.has(run) && !this.#drivers.get(run)?.isAwaitingApproval) taken++;
    return taken;
  }

  #take(row: RunRow): void {
    this.#held.add(row.id);
    const driving = this.#drive(row)
      .catch((cause: unknown) => this.#parts.log.error('a run could not be driven', { run: row.id, cause }))
      .finally(() => {
        this.#drivers.delete(row.id);
        this.#held.delete(row.id);
        this.#told.delete(row.id);
        this.#driving.delete(driving);
        this.look();
      });
    this.#driving.add(driving);
  }

  async #drive(row: RunRow): Promise<void> {
    const { database, plans, log } = this.#parts;
    let driver: RunDriver;
    try {
      driver = new RunDriver(this.#parts, await openClaimed(database, plans, row));
    } catch (cause) {
      log.error('a run could not be read, and has failed', { run: row.id, cause });
      return endBroken(this.#parts, row, cause);
    }
    this.#drivers.set(row.id, driver);
    if (this.#isLeaving) driver.leave();
    if (this.#told.delete(row.id)) driver.expectLetters();
    const end = await driver.drive();
    this.#drivers.delete(row.id);
    if (end === 'lost') await this.#release(driver);
  }

  /** So that the next holder need not wait for the end of the lease; refused where there is one already. */
  async #release({ hold }: RunDriver): Promise<void> {
    const { database } = this.#parts;
    await database.together([changeRun(database, hold, { lease_until: 0 })]).catch(() => undefined);
  }

  /** One process owns the store: whoever held runs before is gone. What another engine carries out stays with it. */
  async #releaseAll(): Promise<void> {
    await this.#parts.database
      .queries<EngineTables>()
      .updateTable('engine_runs')
      .set({ lease_until: 0 })
      .where('finished_at', 'is', null)
      .where('lease_until', '>', 0)
      .where('workflow', 'is', null)
      .execute();
  }

  async #planNextDue(): Promise<void> {
    const { database, clock } = this.#parts;
    const next = await nextDueAt(database);
    this.#cancelDue();
    if (next === undefined || this.#isLeaving) return;
    const delay = next - clock.now();
    // What is due already waits for a place, and is looked for when one is free.
    if (delay > 0 && delay < this.#parts.settings.pollMs * 2)
      this.#cancelDue = clock.after(delay, () => this.look());
  }

  #planPoll(): void {
    const { clock, settings } = this.#parts;
    this.#cancelPoll = clock.after(settings.pollMs, () => {
      this.#planPoll();
      this.look();
      if (this.#parts.database.dialect === 'postgres' && !this.#isReading) void this.#readInboxes();
    });
  }

  /** What came through other nodes. */
  async #readInboxes(): Promise<void> {
    const { database, log } = this.#parts;
    this.#isReading = true;
    try {
      for (const [run, letters] of await readInboxes(database, [...this.#drivers.keys()]))
        await this.#drivers.get(run)?.takeLetters(letters);
    } catch (cause) {
      log.warn('what has come for runs could not be read', { cause });
    }
    this.#isReading = false;
  }

  #planRenewal(afterMs = Math.floor(this.#parts.settings.leaseMs / 3)): void {
    this.#cancelRenewal();
    if (this.#isStopped) return;
    this.#cancelRenewal = this.#parts.clock.after(afterMs, () => {
      this.#planRenewal();
      void this.#renewAll();
    });
  }

  async #renewAll(): Promise<void> {
    const { database, clock, settings, node, log } = this.#parts;
    const drivers = [...this.#drivers.values()];
    const begunAt = clock.now();
    try {
      const until = clock.now() + settings.leaseMs;
      const held = new Set(
        await renewLeases(database, { node, until, holds: drivers.map(({ hold }) => hold) }),
      );
      for (const driver of drivers) {
        if (held.has(driver.hold) || this.#drivers.get(driver.id) !== driver) continue;
        log.warn('a run is no longer held by this node', { run: driver.id });
        driver.abandon();
      }
      this.#renewedAt = begunAt;
    } catch (cause) {
      log.warn('runs could not be kept hold of', { cause });
      // There is time to ask again while a third of the leases is left.
      if (clock.now() - this.#renewedAt < (settings.leaseMs * 2) / 3)
        return this.#planRenewal(Math.min(renewAgainMs, Math.floor(settings.leaseMs / 10)));
      for (const driver of drivers) if (this.#drivers.get(driver.id) === driver) driver.abandon();
    }
  }

  /** Resolves when nothing is driven any more, or the time is up. */
  async #settleUntil(endsAt: number): Promise<void> {
    const { clock } = this.#parts;
    const left = endsAt - clock.now();
    if (this.#driving.size === 0 || left <= 0) return;
    let cancel = (): void => undefined;
    const timeUp = new Promise<void>((resolve) => {
      cancel = clock.after(left, resolve);
    });
    await Promise.race([timeUp, Promise.all(this.#driving)]);
    cancel();
  }
}
