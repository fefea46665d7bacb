import { type Level, levels } from '@signalbox/sdk';
import { beforeAll, describe, expect, test } from 'vitest';
import { decide, Policy, type RuleDefinition, ruleDefinition } from '../src/index.ts';
import { type Case, Dice, makeCase, makePrincipal, makeScopes } from './make-case.ts';
import { judge, type PlainQuestion, type Verdict } from './reference.ts';
import { rule } from './support.ts';

const firstSeed = 20_261_123;
const cases = 100_000;

/** Policies of the cases' rules, made once each. */
const policies = new WeakMap<readonly RuleDefinition[], Policy>();

function policyOf(rules: readonly RuleDefinition[]): Policy {
  const known = policies.get(rules) ?? new Policy({ version: 'x', rules });
  policies.set(rules, known);
  return known;
}

/** What a policy of these rules decides. */
function ask(
  rules: readonly RuleDefinition[],
  { principal, through, args, ...rest }: PlainQuestion,
): Verdict {
  const way = { name: through.name as 'http', level: through.level };
  const question = { ...rest, principal, interface: way, args: () => args };
  const { effect, isHidden } = decide(policyOf(rules), question);
  return effect === 'deny' ? `deny, ${isHidden ? 'hidden' : 'shown'}` : effect;
}

const mildness: { readonly [verdict in Verdict]: number } = {
  'deny, hidden': 0,
  'deny, shown': 0,
  approve: 1,
  allow: 2,
};

function isNoMilder({ rules, question }: Case, changes: readonly PlainQuestion[]): boolean {
  const before = mildness[ask(rules, question)];
  return changes.every((change) => mildness[ask(rules, change)] <= before);
}

function lower(level: Level, dice: Dice): Level {
  return levels[Math.max(0, levels.indexOf(level) - 1 - dice.below(3))] ?? 'none';
}

test('the rules of the cases are rules as somebody could write them', () => {
  for (let seed = firstSeed; seed < firstSeed + 300; seed++)
    for (const each of makeCase(new Dice(seed)).rules) expect(ruleDefinition.parse(each)).toEqual(each);
});

/** What is true of every decision. */
const properties: { readonly [sentence: string]: (given: Case, dice: Dice) => boolean } = {
  'is the one of the reference': ({ rules, question }) => ask(rules, question) === judge(rules, question),
  'does not depend on the order of the rules': ({ rules, question }) =>
    ask([...rules].reverse(), question) === ask(rules, question),
  'grants no more when a level is lowered': (given, dice) => {
    const { question } = given;
    const { principal, through } = question;
    return isNoMilder(given, [
      { ...question, through: { ...through, level: lower(through.level, dice) } },
      { ...question, principal: { ...principal, level: lower(principal.level, dice) } },
      { ...question, principal: { ...principal, grant: lower(principal.grant ?? 'anchor', dice) } },
    ]);
  },
  'grants no more when scopes are taken away, or what was not limited is': (given, dice) => {
    const { question } = given;
    const fewer = makeScopes(dice);
    const scopes = question.principal.scopes?.filter((scope) => fewer.includes(scope)) ?? fewer;
    return isNoMilder(given, [{ ...question, principal: { ...question.principal, scopes } }]);
  },
  'is a denial once a rule denies everything': ({ rules, question }) =>
    mildness[ask([...rules, rule({ id: 'nothing', effect: 'deny' })], question)] === 0,
  'hides what belongs to another organization': ({ rules, question }) =>
    ask(rules, { ...question, target: { ...question.target, org: 'foreign' } }) === 'deny, hidden',
  'grants no more to somebody who acts for another': (given, dice) => {
    const { question } = given;
    const principal = { ...makePrincipal(dice), onBehalfOf: question.principal };
    return isNoMilder(given, [{ ...question, principal }]);
  },
};

describe(`every decision (${cases} cases from seed ${firstSeed})`, () => {
  const counts = new Map<Verdict, number>();
  /** Of each property, the first case that breaks it. */
  const broken = new Map<string, string>();

  beforeAll(() => {
    for (let seed = firstSeed; seed < firstSeed + cases; seed++) {
      const dice = new Dice(seed);
      const given = makeCase(dice);
      const verdict = ask(given.rules, given.question);
      counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
      for (const [sentence, isHeld] of Object.entries(properties))
        if (!broken.has(sentence) && !isHeld(given, dice))
          broken.set(sentence, `broken by seed ${seed}: ${JSON.stringify(given, null, 1)}`);
    }
  }, 600_000);

  test.each(Object.keys(properties))('%s', (sentence) => {
    expect(broken.get(sentence)).toBeUndefined();
  });

  test('is each of the possible ones often enough to mean something', () => {
    for (const verdict of Object.keys(mildness) as Verdict[])
      expect(counts.get(verdict) ?? 0, verdict).toBeGreaterThan(cases / 50);
  });
});
