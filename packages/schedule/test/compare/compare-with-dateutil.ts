// Holds random rules against python-dateutil, which reads yearly rules rrule-temporal does not. Needs python3 with dateutil, and fails without.
// Usage: npm run -w @signalbox/schedule compare [-- --rules 5000 --seed 1]
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Dice } from '../dice.ts';
import { makeRule, type RandomRule } from '../rrule/make-rule.ts';
import { compileCountable } from '../support.ts';

const { values } = parseArgs({
  options: { rules: { type: 'string', default: '5000' }, seed: { type: 'string', default: '20261129' } },
});
const [count, firstSeed] = [Number(values.rules), Number(values.seed)];
const beginMs = Date.UTC(2018, 0, 1);
const last = '2100-01-01T00:00:00';
const shown = 8;
const python = fileURLToPath(new URL('dateutil-times.py', import.meta.url));

interface Question extends RandomRule {
  readonly seed: number;
  readonly ours: readonly string[];
}

const questions = Array.from({ length: count }, (_, index) => ask(firstSeed + index)).filter(
  (each) => each.ours.length > 0 && isReadAlike(each),
);
const answers = askDateutil(questions);
const different = questions.filter(
  ({ ours }, index) => ours.join() !== within(ours, answers[index] ?? []).join(),
);
for (const each of different.slice(0, 20)) {
  const theirs = answers[questions.indexOf(each)] ?? [];
  process.stdout.write(
    `seed ${each.seed}, DTSTART:${each.start} ${each.rule}\n  ours     ${each.ours.join(' ')}\n  dateutil ${theirs.join(' ')}\n`,
  );
}
process.stdout.write(
  `compare: ${questions.length} rules with times of ${count} from seed ${firstSeed}, ${different.length} different\n`,
);
process.exitCode = different.length === 0 && questions.length > 0 ? 0 : 1;

/** dateutil has no limits of its own, so it is asked only about rules that have times, and for no more than we found. */
function ask(seed: number): Question {
  const random = makeRule(new Dice(seed), true);
  // One that is refused has no times: it is not asked about.
  const schedule = compileCountable({ kind: 'rrule', rule: [`DTSTART:${random.start}`, random.rule] });
  const ours: string[] = [];
  for (
    let next = schedule?.next(beginMs);
    next && ours.length < shown && next.local < last;
    next = schedule?.next(next.nominalAtMs)
  )
    ours.push(next.local);
  return { ...random, seed, ours };
}

/** What comes more than 20 years after our last is further than we look ahead, and no difference. */
function within(ours: readonly string[], theirs: readonly string[]): readonly string[] {
  const endYear = Number(ours.at(-1)?.slice(0, 4)) + 20;
  return theirs.filter((each, index) => index < ours.length || Number(each.slice(0, 4)) < endYear);
}

function askDateutil(asked: readonly Question[]): readonly (readonly string[])[] {
  const lines = asked.map(({ rule, start, ours }) =>
    JSON.stringify({ rule, start, count: isEnded(rule) ? shown : ours.length, last }),
  );
  const { status, stdout, stderr, error } = spawnSync('python3', [python], {
    input: lines.join('\n'),
    encoding: 'utf8',
    maxBuffer: 100_000_000,
  });
  if (error || status !== 0)
    throw new Error(`python3 with dateutil did not answer: ${error?.message ?? stderr}`);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as readonly string[]);
}

/** In the first week dateutil chooses by BYSETPOS among the days from the start on; the RFC, and rrule-temporal, among the whole week. */
function isReadAlike({ rule }: RandomRule): boolean {
  return !(rule.includes('FREQ=WEEKLY') && rule.includes('BYSETPOS'));
}

/** Whether a rule ends by itself, so that dateutil may be asked for what comes after our last. */
function isEnded(rule: string): boolean {
  return rule.includes('COUNT=') || rule.includes('UNTIL=');
}
