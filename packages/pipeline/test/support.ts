import { toInstant, toLocal } from '@signalbox/schedule';
import { isJsonObject, isSignalboxError, type JsonValue } from '@signalbox/sdk';
import { compileExpression, type TimeScope } from '../src/index.ts';

/** Saturday in Chisinau, ten hours before its clocks are put forward; the occurrence was at 15:30 there. */
export const time: TimeScope = {
  nowMs: Date.UTC(2026, 2, 28, 14, 0, 7, 250),
  scheduledAtMs: Date.UTC(2026, 2, 28, 13, 30),
  timezone: 'Europe/Chisinau',
  zones: {
    toLocal: (ms, zone) => ({ ...toLocal(ms, zone), millisecond: ((ms % 1_000) + 1_000) % 1_000 }),
    toInstant: ({ millisecond, ...local }, zone) => toInstant(local, zone) + millisecond,
  },
};

/** What an expression finds in some data. */
export function search(expression: string, data: JsonValue = null): JsonValue {
  return compileExpression(expression).search(data);
}

/** What an action that has to fail says: its code, the reason in its details, and its message. */
export function failureOf(action: () => unknown): { code: string; reason: JsonValue; message: string } {
  try {
    action();
  } catch (error) {
    if (!isSignalboxError(error)) throw error;
    const reason = isJsonObject(error.details) ? (error.details['reason'] ?? null) : null;
    return { code: error.code, reason, message: error.message };
  }
  throw new Error('nothing failed');
}
