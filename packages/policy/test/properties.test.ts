import { type Level, levels } from '@signalbox/sdk';
import { describe, expect, test } from 'vitest';
import { decide, Policy, type RuleDefinition, ruleDefinition } from '../src/index.ts';
import { type Case, Dice, makeCase, makePrincipal, makeScopes } from './make-case.ts';
import { judge, type PlainQuestion, type Verdict } from './reference.ts';
import { rule } from './support.ts';

const firstSeed = 20_261_123;
const cases = 100_000;

/** What a policy of these rules decides. */
function ask(
  rules: readonly RuleDefinition[],
  { principal, through, args, ...rest }: PlainQuestion,
): Verdict {
  const policy = new Policy({ version: 'x', rules });
  const way = { name: through.name as 'http', level: through.level };
  const { effect, isHidden } = decide(policy, { ...rest, principal, interface: way, args: () => args });
  return effect === 'deny' ? `deny, ${isHidden ? 'hidden' : 'shown'}` : effect;
}

const mildness: { readonly [verdict in Verdict]: number } = {
  'deny, hidden': 0,
  'deny, shown': 0,
  approve: 1,
  allow: 2,
};

/** Holds a property over every case; the seed of one that breaks it is named. */
function always(isHeld: (given: Case, dice: Dice) => boolean): void {
  for (let seed = firstSeed; seed < firstSeed + cases; seed++) {
    const dice = new Dice(seed);
    const given = makeCase(dice);
    if (!isHeld(given, dice)) expect.fail(`broken by seed ${seed}: ${JSON.stringify(given, null, 1)}`);
  }
}

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

describe(`every decision (${cases} cases from seed ${firstSeed})`, () => {
  test('is the one of the reference', () => {
    const counts = new Map<Verdict, number>();
    always(({ rules, question }) => {
      const verdict = ask(rules, question);
      counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
      return verdict === judge(rules, question);
    });
    for (const verdict of Object.keys(mildness) as Verdict[])
      expect(counts.get(verdict) ?? 0, verdict).toBeGreaterThan(cases / 50);
  }, 120_000);

  test('does not depend on the order of the rules', () => {
    always(({ rules, question }) => ask([...rules].reverse(), question) === ask(rules, question));
  }, 120_000);

  test('grants no more when a level is lowered', () => {
    always((given, dice) => {
      const { question } = given;
      const { principal, through } = question;
      return isNoMilder(given, [
        { ...question, through: { ...through, level: lower(through.level, dice) } },
        { ...question, principal: { ...principal, level: lower(principal.level, dice) } },
        { ...question, principal: { ...principal, grant: lower(principal.grant ?? 'anchor', dice) } },
      ]);
    });
  }, 120_000);

  test('grants no more when scopes are taken away, or what was not limited is', () => {
    always((given, dice) => {
      const { question } = given;
      const fewer = makeScopes(dice);
      const scopes = question.principal.scopes?.filter((scope) => fewer.includes(scope)) ?? fewer;
      return isNoMilder(given, [{ ...question, principal: { ...question.principal, scopes } }]);
    });
  }, 120_000);

  test('is a denial once a rule denies everything', () => {
    const nothing = rule({ id: 'nothing', effect: 'deny' });
    always(({ rules, question }) => mildness[ask([...rules, nothing], question)] === 0);
  }, 120_000);

  test('hides what belongs to another organization', () => {
    always(({ rules, question }) => {
      const target = { ...question.target, org: 'foreign' };
      return ask(rules, { ...question, target }) === 'deny, hidden';
    });
  }, 120_000);

  test('grants no more to somebody who acts for another', () => {
    always((given, dice) => {
      const { question } = given;
      const principal = { ...makePrincipal(dice), onBehalfOf: question.principal };
      return isNoMilder(given, [{ ...question, principal }]);
    });
  }, 120_000);
});
