import { quote, requireAscii } from '../definition/refuse.ts';
import { cronFields, cronNicknames } from './cron-field.ts';
import { type CronItem, type ReadField, readCronField, refuseCron } from './read-cron-field.ts';

/** A cron expression, read and found to be one. Lists of values are sorted. */
export interface CronRule {
  readonly seconds: readonly number[];
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly days: ReadField;
  readonly months: readonly number[];
  readonly weekdays: ReadField;
  /** Whether the hour is left open, so that it goes by the hours that really pass. */
  readonly isByTheHour: boolean;
  /** Whether it is every hour, so that it matters to none what the clocks call it. */
  readonly isEveryHour: boolean;
}

/** Reads a cron expression strictly. Throws `invalid_params` that says what is wrong and in which column. */
export function readCron(text: string): CronRule {
  requireAscii('cron', text);
  const nickname = text.trim().toLowerCase();
  if (nickname.startsWith('@')) return readCron(expressionOf(nickname, text));
  const parts = [...text.matchAll(/\S+/g)].map((match) => ({ text: match[0], column: match.index + 1 }));
  if (parts.length !== 5 && parts.length !== 6) {
    const column = parts[6]?.column ?? text.length + 1;
    refuseCron(
      column,
      `has ${parts.length} fields; write 5 (minute hour day month weekday) or 6 with seconds first`,
    );
  }
  const all = parts.length === 6 ? parts : [{ text: '0', column: 1 }, ...parts];
  const [second, minute, hour, day, month, weekday] = cronFields.map((field, index) =>
    readCronField(all[index] ?? { text: '', column: 1 }, field),
  );
  const hourText = parts.at(-4)?.text ?? '';
  return {
    seconds: valuesOf(second),
    minutes: valuesOf(minute),
    hours: valuesOf(hour),
    days: day ?? noField,
    months: valuesOf(month),
    weekdays: weekday ?? noField,
    isByTheHour: hourText.includes('*'),
    isEveryHour: hourText === '*' || hourText === '*/1',
  };
}

const noField: ReadField = { isOpen: false, hasAnd: false, items: [] };

function expressionOf(nickname: string, text: string): string {
  const expression = Object.hasOwn(cronNicknames, nickname) ? cronNicknames[nickname] : undefined;
  if (expression !== undefined) return expression;
  return refuseCron(
    text.indexOf('@') + 1,
    `${quote(nickname)} is none of ${Object.keys(cronNicknames).join(', ')}`,
  );
}

function valuesOf(field: ReadField = noField): readonly number[] {
  const values = field.items.flatMap((item: CronItem) => (item.kind === 'value' ? [item.value] : []));
  return [...new Set(values)].sort((a, b) => a - b);
}
