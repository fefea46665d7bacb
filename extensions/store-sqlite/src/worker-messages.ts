import type { StoreWrite } from '@signalbox/sdk';
import type { DatabaseReport, StoredValue, StoreFailureReason } from '@signalbox/store';

/** A failure as it crosses from the worker: plain data, made an error on the other side. */
export interface Failure {
  readonly reason: StoreFailureReason;
  readonly message: string;
}

/** One write of a group: a statement, one insert run for many rows, or several statements that hold together. */
export type Write =
  | { readonly kind: 'statement'; readonly sql: string; readonly parameters: readonly StoredValue[] }
  | { readonly kind: 'rows'; readonly sql: string; readonly rows: readonly (readonly StoredValue[])[] }
  | { readonly kind: 'together'; readonly steps: readonly StoreWrite[] };

/** What a statement gave; rows are arrays in the order of `columns`. */
export interface StatementResult {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly StoredValue[])[];
  readonly changes: number;
  readonly insertId: number;
}

/** What became of one write of a group. */
export type GroupOutcome =
  | { readonly ok: true; readonly value: StatementResult | undefined }
  | { readonly ok: false; readonly failure: Failure };

/** How the worker opens a store. */
export interface OpenRequest {
  readonly path: string;
  /** Most pages the file may grow to; absent means as large as the disk allows. */
  readonly maxPages?: number;
  readonly startedAt: number;
}

/** Everything the worker can be asked, with what it is given and what it gives. */
export interface Requests {
  readonly open: { readonly input: OpenRequest; readonly output: undefined };
  readonly group: { readonly input: readonly Write[]; readonly output: readonly GroupOutcome[] };
  readonly read: { readonly input: SqlText; readonly output: StatementResult };
  readonly begin: { readonly input: undefined; readonly output: undefined };
  readonly run: { readonly input: SqlText; readonly output: StatementResult };
  readonly script: { readonly input: string; readonly output: undefined };
  readonly commit: { readonly input: undefined; readonly output: undefined };
  readonly rollback: { readonly input: undefined; readonly output: undefined };
  readonly close: { readonly input: undefined; readonly output: undefined };
  readonly backup: { readonly input: BackupRequest; readonly output: undefined };
  readonly check: { readonly input: { readonly path: string }; readonly output: DatabaseReport };
  readonly restore: {
    readonly input: RestoreRequest;
    readonly output: { readonly keptAs: string | undefined };
  };
}

/** A statement with its parameters. */
export interface SqlText {
  readonly sql: string;
  readonly parameters: readonly StoredValue[];
}

/** What to copy where. */
export interface BackupRequest {
  readonly from: string;
  readonly to: string;
  readonly overwrite: boolean;
}

/** Which backup replaces which store. */
export interface RestoreRequest {
  readonly from: string;
  readonly to: string;
  readonly startedAt: number;
}

/** One request on its way to the worker. */
export type RequestMessage = {
  [Kind in keyof Requests]: {
    readonly id: number;
    readonly kind: Kind;
    readonly input: Requests[Kind]['input'];
  };
}[keyof Requests];

/** The worker's answer to the request with the same id. */
export type AnswerMessage =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly failure: Failure };
