/** Fields of a log line; secrets among them are redacted at the sink. */
export type LogFields = { readonly [field: string]: unknown };

/** A structured log. The message is constant; what varies goes into the fields. */
export interface Log {
  readonly debug: (message: string, fields?: LogFields) => void;
  readonly info: (message: string, fields?: LogFields) => void;
  readonly warn: (message: string, fields?: LogFields) => void;
  readonly error: (message: string, fields?: LogFields) => void;
  /** A log whose lines all carry these fields. */
  readonly child: (fields: LogFields) => Log;
}

const drop = (): void => undefined;

/** A log that writes nothing. */
export const silentLog: Log = { debug: drop, info: drop, warn: drop, error: drop, child: () => silentLog };
