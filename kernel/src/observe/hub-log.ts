import type { Log, LogFields } from '@signalbox/sdk';
import pino, { type Logger } from 'pino';
import type { CoreSettings } from '../config/core-settings.ts';
import type { Redactor } from './redactor.ts';

/** Where log text goes. */
export interface LogSink {
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
}

/** The hub's log: pino, with every secret taken out of each line just before it is written. */
export async function createHubLog(
  settings: CoreSettings['log'],
  redactor: Redactor,
  sink: LogSink,
): Promise<Log> {
  const safeSink = { write: (text: string) => sink.write(redactor.redact(text)) };
  const isPretty = settings.format === 'pretty' || (settings.format === 'auto' && sink.isTerminal);
  const options = { level: settings.level, base: null, serializers: { cause: describeCause } };
  if (!isPretty) return toLog(pino({ ...options, timestamp: isoTime() }, safeSink));
  // Loaded for people only: a hub that logs JSON does not carry it.
  const { default: pretty } = await import('pino-pretty');
  const prettify = pretty.prettyFactory({
    colorize: sink.isTerminal,
    translateTime: 'SYS:HH:MM:ss',
    singleLine: true,
  });
  // Prettifying unescapes some characters and not others, so texts are cleaned before it as well as after.
  const clean = (_key: string, value: unknown): unknown =>
    typeof value === 'string' ? redactor.redact(value) : value;
  return toLog(pino(options, { write: (line: string) => safeSink.write(prettify(JSON.parse(line, clean))) }));
}

/** The time as pino puts it into a line. Many lines come in one millisecond; its text is made once. */
function isoTime(): () => string {
  let lastMs = -1;
  let text = '';
  return () => {
    const now = Date.now();
    if (now !== lastMs) text = `,"time":"${new Date(now).toISOString()}"`;
    lastMs = now;
    return text;
  };
}

function toLog(logger: Logger): Log {
  return {
    debug: (message, fields) => logger.debug(fields ?? {}, message),
    info: (message, fields) => logger.info(fields ?? {}, message),
    warn: (message, fields) => logger.warn(fields ?? {}, message),
    error: (message, fields) => logger.error(fields ?? {}, message),
    child: (fields: LogFields) => toLog(logger.child(fields)),
  };
}

/** An error with its chain of causes, as a log can hold it. */
function describeCause(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, stack, cause } = error;
  return { name, message, stack, ...(cause === undefined ? {} : { cause: describeCause(cause) }) };
}
