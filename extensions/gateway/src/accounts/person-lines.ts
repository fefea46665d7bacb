import {
  type CallResult,
  type Clock,
  type Invocation,
  type JsonObject,
  SignalboxError,
} from '@signalbox/sdk';
import type { Line } from '../upstream/line.ts';
import type { LifeState } from '../upstream/upstream-life.ts';
import type { Person } from './people.ts';

/** What the lines of people to one upstream are made of. */
export interface PersonLinesParts {
  readonly name: string;
  readonly clock: Clock;
  readonly makeLine: (person: Person, onState: (state: LifeState) => void) => Line;
  /** The tools last listed, for what their calls need besides their arguments. */
  readonly tools: () => readonly JsonObject[];
  /** Told when somebody's line has connected. */
  readonly onConnected: (person: Person) => void;
}

interface OpenLine {
  readonly line: Line;
  calls: number;
  usedAt: number;
  isEnding: boolean;
}

// Long enough for a pause in a conversation; a session at the upstream costs it something.
const idleMs = 10 * 60_000;
const sweepMs = 60_000;
const mostLines = 256;

/** One line for each person with an account: opened by their first call, closed when they have not called for a while. */
export class PersonLines {
  readonly #parts: PersonLinesParts;
  readonly #open = new Map<Person, OpenLine>();
  #cancelSweep: (() => void) | undefined;
  #isStopped = false;

  constructor(parts: PersonLinesParts) {
    this.#parts = parts;
  }

  /** Carries out a call over its caller's own line. Errors: `overloaded` when everybody's line is in use, and those of calls. */
  async call(person: Person, invocation: Invocation): Promise<CallResult> {
    const open = this.#lineOf(person);
    open.calls++;
    try {
      return await open.line.call(invocation);
    } finally {
      open.calls--;
      open.usedAt = this.#parts.clock.now();
      if (open.isEnding && open.calls === 0) void open.line.stop();
    }
  }

  /** Takes back a subscription made over a person's line. */
  unwatch(person: Person, invocation: Invocation): Promise<CallResult> {
    return person.watched.unwatch(this.#open.get(person)?.line.connection, invocation);
  }

  /** Ends a person's line; with `isGentle` when the calls over it have ended. What they watch is watched again where `isAgain`. */
  end(person: Person, { isGentle, isAgain }: { isGentle: boolean; isAgain: boolean }): void {
    const open = this.#open.get(person);
    this.#open.delete(person);
    if (open) this.#close(open, isGentle);
    if (isAgain && person.watched.uris.length > 0) this.#lineOf(person);
  }

  /** Whoever has a line now. */
  get people(): readonly Person[] {
    return [...this.#open.keys()];
  }

  /** The tools were listed anew. */
  setTools(definitions: readonly JsonObject[]): void {
    for (const { line } of this.#open.values()) line.connection?.setTools(definitions);
  }

  /** Ends every line; with `isForGood` none is opened any more. */
  async stop(isForGood: boolean): Promise<void> {
    this.#isStopped = isForGood;
    this.#cancelSweep?.();
    this.#cancelSweep = undefined;
    const lines = [...this.#open.values()];
    this.#open.clear();
    await Promise.all(lines.map(({ line }) => line.stop()));
  }

  #lineOf(person: Person): OpenLine {
    const known = this.#open.get(person);
    if (known) return known;
    if (this.#isStopped)
      throw new SignalboxError('upstream_unavailable', `upstream "${this.#parts.name}" was stopped`);
    if (this.#open.size >= mostLines) this.#makeRoom();
    const line = this.#parts.makeLine(person, (state) => this.#onState(person, line, state));
    const open = { line, calls: 0, usedAt: this.#parts.clock.now(), isEnding: false };
    this.#open.set(person, open);
    line.start();
    this.#cancelSweep ??= this.#parts.clock.after(sweepMs, this.#sweep);
    return open;
  }

  #onState(person: Person, line: Line, state: LifeState): void {
    if (state.status === 'available') {
      state.connection.setTools(this.#parts.tools());
      this.#parts.onConnected(person);
    }
    // Nothing becomes better by trying again: the person has to sign in.
    const isRefused = state.status === 'unavailable' && state.error.code === 'upstream_login_needed';
    if (isRefused && this.#open.get(person)?.line === line)
      this.end(person, { isGentle: false, isAgain: false });
  }

  #makeRoom(): void {
    const idle = [...this.#open].filter(([person, open]) => mayClose(person, open));
    const [oldest] = idle.sort(([, a], [, b]) => a.usedAt - b.usedAt);
    if (oldest) return this.end(oldest[0], { isGentle: false, isAgain: false });
    const text = `${mostLines} people use upstream "${this.#parts.name}" at once, each over an account of their own; try again later`;
    throw new SignalboxError('overloaded', text);
  }

  readonly #sweep = (): void => {
    const now = this.#parts.clock.now();
    for (const [person, open] of this.#open) {
      if (mayClose(person, open) && now - open.usedAt >= idleMs)
        this.end(person, { isGentle: false, isAgain: false });
    }
    this.#cancelSweep = this.#open.size > 0 ? this.#parts.clock.after(sweepMs, this.#sweep) : undefined;
  };

  #close(open: OpenLine, isGentle: boolean): void {
    open.isEnding = true;
    if (!isGentle || open.calls === 0) void open.line.stop();
  }
}

function mayClose(person: Person, { calls }: OpenLine): boolean {
  return calls === 0 && person.watched.uris.length === 0;
}
