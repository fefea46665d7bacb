import { quote, refuseValue } from '../definition/refuse.ts';
import type { DefinitionOf } from '../definition/schedule-definition.ts';
import { findZone } from '../zone/find-zone.ts';
import { readDate, readLocal } from '../zone/local-time.ts';
import { firstInstant, readInstant } from '../zone/resolve-local.ts';
import type { Zone } from '../zone/zone.ts';
import { type ContentLine, readContentLines, refuseAt } from './content-line.ts';
import { parseRule } from './parse-rule.ts';
import { isByTheClock, type RecurRule } from './recur-rule.ts';
import { readTimeValue, type TimeValue } from './time-value.ts';

/** Times that are listed: on the wall clock of the schedule, or as instants. */
export interface ListedTimes {
  readonly locals: readonly number[];
  readonly instants: readonly number[];
}

/** Everything an rrule schedule says, read. */
export interface Recurrence {
  readonly zone: Zone;
  /** Where counting begins, on the wall clock. */
  readonly startLocalMs: number;
  /** The same as an instant. */
  readonly startMs: number;
  /** Whether it was written as an instant, so that it says which of two times is meant. */
  readonly isStartInstant: boolean;
  readonly rules: readonly RecurRule[];
  readonly added: ListedTimes;
  readonly removed: ListedTimes;
}

const maxListed = 1_000;
const maxRules = 20;

/** Reads an rrule schedule. Throws `invalid_params` that says what is wrong and where. */
export function readRecurrence(definition: DefinitionOf<'rrule'>): Recurrence {
  const lines = readContentLines(definition.rule);
  const start = readStart(definition, lines);
  const ruleLines = lines.filter(({ name }) => name === 'RRULE');
  const tooMany = ruleLines[maxRules];
  if (tooMany) refuseAt(tooMany, 0, `there are more than ${maxRules} rules`);
  for (const line of lines) checkName(line);
  const rules = ruleLines.map((line) => readRule(line, start));
  const added = readListed(lines, 'RDATE', start);
  const removed = readListed(lines, 'EXDATE', start);
  if (rules.length + added.locals.length + added.instants.length === 0)
    refuseValue('rrule: there is neither an RRULE nor an RDATE');
  const { zone, localMs: startLocalMs, startMs, isInstant: isStartInstant } = start;
  return { zone, startLocalMs, startMs, isStartInstant, rules, added, removed };
}

interface Start {
  readonly zone: Zone;
  /** What UNTIL has to be written as. */
  readonly untilForm: TimeValue['form'];
  readonly isDate: boolean;
  readonly localMs: number;
  readonly startMs: number;
  readonly isInstant: boolean;
}

function checkName(line: ContentLine): void {
  if (['RRULE', 'RDATE', 'EXDATE', 'DTSTART'].includes(line.name)) return;
  const hint =
    line.name === 'EXRULE' ? 'is no longer part of RFC 5545; list the days in EXDATE' : 'is not known here';
  refuseAt(line, line.nameAt, `${quote(line.name)} ${hint}`);
}

function readStart(definition: DefinitionOf<'rrule'>, lines: readonly ContentLine[]): Start {
  const [line, second] = lines.filter(({ name }) => name === 'DTSTART');
  if (second) refuseAt(second, 0, 'DTSTART is given twice');
  if (line) return readStartLine(definition, line);
  const zone = findZone(definition.timezone ?? 'UTC');
  const text = definition.dtstart;
  if (text === undefined)
    refuseValue('rrule: nothing says where counting begins; give dtstart or a DTSTART line');
  const date = readDate(text);
  const local = date ?? readLocal(text);
  if (local !== undefined) {
    const untilForm = date === undefined ? 'utc' : 'date';
    return {
      zone,
      untilForm,
      isDate: date !== undefined,
      localMs: local,
      startMs: firstInstant(local, zone),
      isInstant: false,
    };
  }
  const atMs = readInstant(text, zone) ?? refuseValue(`rrule: dtstart ${quote(text)} is no date or time`);
  const startMs = Math.floor(atMs / 1_000) * 1_000;
  return {
    zone,
    untilForm: 'utc',
    isDate: false,
    localMs: startMs + zone.offsetAt(startMs),
    startMs,
    isInstant: true,
  };
}

function readStartLine(definition: DefinitionOf<'rrule'>, line: ContentLine): Start {
  if (definition.dtstart !== undefined) refuseAt(line, 0, 'DTSTART is given here and as dtstart');
  const { value, zone: named } = readTimes(line)[0] ?? refuseAt(line, line.valueAt, 'DTSTART has no value');
  if (line.value.includes(',')) refuseAt(line, line.valueAt, 'DTSTART has more than one value');
  const wanted = definition.timezone === undefined ? undefined : findZone(definition.timezone);
  if (named && wanted && named.canonical !== wanted.canonical)
    refuseAt(line, 0, `DTSTART is in ${named.name}, the schedule in ${wanted.name}`);
  const zone = wanted ?? named ?? findZone('UTC');
  const isUtc = value.form === 'utc';
  const startMs = isUtc ? value.localMs : firstInstant(value.localMs, zone);
  return {
    zone,
    untilForm: named ? 'utc' : value.form,
    isDate: value.form === 'date',
    localMs: isUtc ? startMs + zone.offsetAt(startMs) : value.localMs,
    startMs,
    isInstant: isUtc,
  };
}

function readRule(line: ContentLine, { untilForm, isDate }: Start): RecurRule {
  const parameter = line.parameters[0];
  if (parameter) refuseAt(line, parameter.index, `RRULE has no parameter ${quote(parameter.name)}`);
  const rule = parseRule(line);
  const untilAt = line.valueAt + line.value.toUpperCase().indexOf('UNTIL=');
  if (rule.until && rule.until.form !== untilForm) refuseAt(line, untilAt, untilHints[untilForm]);
  if (isDate && (isByTheClock(rule.frequency) || rule.byHour || rule.byMinute || rule.bySecond))
    refuseAt(
      line,
      line.valueAt,
      'counting begins on a date without a time, so the rule can name no times either',
    );
  return rule;
}

const untilHints = {
  utc: 'UNTIL has to be in UTC, such as 20261231T220000Z, for DTSTART is in a time zone',
  local: 'UNTIL has to be local, such as 20261231T235900, as DTSTART is',
  date: 'UNTIL has to be a date, such as 20261231, as DTSTART is',
};

interface ReadTime {
  readonly value: TimeValue;
  readonly zone: Zone | undefined;
}

/** The times of DTSTART, RDATE or EXDATE with the zone their line names. */
function readTimes(line: ContentLine): readonly ReadTime[] {
  let form: string | undefined;
  let zone: Zone | undefined;
  for (const { name, value, index } of line.parameters) {
    if (name === 'TZID' && !zone) zone = readZone(line, value, index);
    else if (name === 'VALUE' && form === undefined) form = value.toUpperCase();
    else refuseAt(line, index, `${line.name} has no parameter ${quote(name)}, or has it twice`);
  }
  if (form !== undefined && form !== 'DATE' && form !== 'DATE-TIME')
    refuseAt(line, 0, `${line.name} has VALUE=${form}; only DATE and DATE-TIME are known here`);
  let index = line.valueAt;
  return line.value.split(',').map((text) => {
    const value = readTimeValue(text, { line, index }, line.name);
    if ((value.form === 'date') !== (form === 'DATE'))
      refuseAt(line, index, `${line.name} ${quote(text)} is not what VALUE says; a date needs VALUE=DATE`);
    if (zone && value.form !== 'local') refuseAt(line, index, `${quote(text)} cannot be in a TZID`);
    index += text.length + 1;
    return { value, zone };
  });
}

function readZone(line: ContentLine, name: string, index: number): Zone {
  try {
    return findZone(name);
  } catch {
    return refuseAt(line, index, `there is no time zone ${quote(name)}`);
  }
}

function readListed(lines: readonly ContentLine[], name: string, start: Start): ListedTimes {
  const locals: number[] = [];
  const instants: number[] = [];
  for (const line of lines.filter((each) => each.name === name))
    for (const { value, zone } of readTimes(line)) {
      if ((value.form === 'date') !== start.isDate)
        refuseAt(line, line.valueAt, `${name} has to be a ${start.isDate ? 'date' : 'time'}, as DTSTART is`);
      if (value.form === 'utc') instants.push(value.localMs);
      else if (zone && zone.canonical !== start.zone.canonical)
        instants.push(firstInstant(value.localMs, zone));
      else locals.push(value.localMs);
      if (locals.length + instants.length > maxListed)
        refuseAt(line, 0, `there are more than ${maxListed} ${name} values`);
    }
  return { locals: sorted(locals), instants: sorted(instants) };
}

function sorted(values: readonly number[]): readonly number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
