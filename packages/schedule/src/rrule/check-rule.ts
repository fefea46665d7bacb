import { type ContentLine, refuseAt } from './content-line.ts';
import type { RulePart } from './parse-rule.ts';
import { isByTheClock, type RecurRule } from './recur-rule.ts';

/** Holds the parts of a rule against each other, as the table and notes of RFC 5545 3.3.10 have it. */
export function checkRule(rule: RecurRule, parts: ReadonlyMap<string, RulePart>, line: ContentLine): void {
  const { frequency } = rule;
  const forbid = (name: string, reason: string): void => {
    const part = parts.get(name);
    if (part) refuseAt(line, part.nameAt, `${name} ${reason}`);
  };
  if (rule.count !== undefined) forbid('UNTIL', 'and COUNT exclude each other');
  if (frequency !== 'YEARLY') forbid('BYWEEKNO', `is only for FREQ=YEARLY, not ${frequency}`);
  if (frequency === 'DAILY' || frequency === 'WEEKLY' || frequency === 'MONTHLY')
    forbid('BYYEARDAY', `is not for FREQ=${frequency}`);
  if (frequency === 'WEEKLY') forbid('BYMONTHDAY', 'is not for FREQ=WEEKLY');
  if (rule.byDay?.some(({ ordinal }) => ordinal !== undefined)) {
    if (frequency !== 'MONTHLY' && frequency !== 'YEARLY')
      forbid('BYDAY', `may say which weekday (1MO) only with FREQ=MONTHLY or YEARLY, not ${frequency}`);
    if (rule.byWeekNo) forbid('BYDAY', 'may not say which weekday (1MO) where BYWEEKNO is given');
  }
  const others = [...parts.keys()].filter((name) => name.startsWith('BY') && name !== 'BYSETPOS');
  if (others.length === 0) forbid('BYSETPOS', 'needs another BY… part to choose from');
  if (rule.count !== undefined && rule.count > maxCounted && (others.length > 0 || !isByTheClock(frequency)))
    forbid('COUNT', `is at most ${maxCounted} for such a rule; give an UNTIL instead`);
}

/** How far a rule whose occurrences cannot be reckoned is counted through. */
const maxCounted = 20_000;
