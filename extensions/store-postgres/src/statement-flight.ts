import type { StoreWrite } from '@signalbox/sdk';
import { staleMessage, storeError } from '@signalbox/store';
import type { Connection, Submittable } from 'pg';
import { isServerError } from './postgres-error.ts';
import type { PreparedTexts } from './prepared-texts.ts';

/** Why statements failed, and the first of them that did; undefined when it is not one of them. */
export interface FlightFailure {
  readonly error: unknown;
  readonly at: number | undefined;
  /** False when the server was not heard: nobody knows what has become of the statements, and the connection is of no use. */
  readonly isAnswered: boolean;
}

type Answer = (failure?: unknown) => void;

/**
 * Statements sent in one flight, which the server does all of or none: up to the one `Sync` they are one transaction
 * (postgresql.org/docs/15/protocol-flow.html, "Pipelining"). So there is no transaction that waits for its client, and no lock a process that
 * stands still would hold. How many rows a statement has changed is looked at by the server, which fails where it is another number.
 */
export class StatementFlight implements Submittable {
  readonly #steps: readonly StoreWrite[];
  readonly #prepared: PreparedTexts;
  readonly #onEnd: (failure?: FlightFailure) => void;
  readonly #newTexts: string[] = [];
  #done = 0;
  /** Called by `pg`, which wraps it with the time a query may take. */
  callback: Answer;

  constructor(
    steps: readonly StoreWrite[],
    prepared: PreparedTexts,
    onEnd: (failure?: FlightFailure) => void,
  ) {
    this.#steps = steps;
    this.#prepared = prepared;
    this.#onEnd = onEnd;
    this.callback = (error) => this.#end(error);
  }

  submit(connection: Connection): void {
    connection.stream.cork();
    try {
      for (const name of this.#prepared.takeDoubtful(connection)) connection.close({ type: 'S', name }, true);
      for (const step of this.#steps) this.#send(connection, step);
      connection.sync();
    } finally {
      connection.stream.uncork();
    }
  }

  handleCommandComplete(): void {
    this.#done++;
  }

  handleReadyForQuery(): void {
    this.callback();
  }

  handleError(error: unknown, connection: Connection): void {
    this.#prepared.doubt(connection, this.#newTexts);
    this.callback(error);
  }

  /** Rows are not asked for. */
  handleRowDescription(): void {}

  handleDataRow(): void {}

  handleEmptyQuery(): void {}

  handlePortalSuspended(): void {}

  #send(connection: Connection, { sql, parameters, changes }: StoreWrite): void {
    const text = changes === undefined ? sql : countingText(sql, changes);
    const { name, isNew } = this.#prepared.find(connection, text);
    if (isNew) {
      connection.parse({ name, text, types: [] }, true);
      if (name !== '') this.#newTexts.push(text);
    }
    connection.bind({ statement: name, values: parameters.map(toWire) }, true);
    connection.execute(null, true);
  }

  #end(error: unknown): void {
    if (error === undefined || error === null) return this.#onEnd();
    const at = this.#done < this.#steps.length ? this.#done : undefined;
    const wanted = this.#steps[this.#done]?.changes;
    const changed = wanted === undefined ? undefined : countIn(error);
    this.#onEnd({
      error:
        wanted === undefined || changed === undefined
          ? error
          : storeError('stale', staleMessage(wanted, changed)),
      at,
      isAnswered: isServerError(error),
    });
  }
}

/** Fails, by a cast that cannot be, when the statement changes another number of rows. */
function countingText(sql: string, changes: number): string {
  return `with changed as (${sql} returning 1) select case when count(*) = ${changes} then 0 else ('changed ' || count(*))::int end from changed`;
}

function countIn(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('code' in error) || error.code !== '22P02') return undefined;
  const [, count] = /"changed (\d+)"/.exec(error.message) ?? [];
  return count === undefined ? undefined : Number(count);
}

function toWire(value: StoreWrite['parameters'][number]): string | Buffer | null {
  if (value === null || typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : Buffer.from(value);
}
