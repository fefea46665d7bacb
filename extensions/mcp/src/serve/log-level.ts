import type { JsonObject, JsonValue } from '@signalbox/sdk';

const severities = ['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency'];

/** True for a level of MCP logging. */
export function isLogLevel(level: JsonValue | undefined): level is string {
  return typeof level === 'string' && severities.includes(level);
}

/** True when a log message is at least as severe as wanted. */
export function isSevereEnough(message: JsonObject, wanted: string): boolean {
  const { level } = message;
  return typeof level === 'string' && severities.indexOf(level) >= severities.indexOf(wanted);
}
