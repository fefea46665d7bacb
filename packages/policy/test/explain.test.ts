import { expect, test } from 'vitest';
import { explain } from '../src/index.ts';
import { ada, asks, policyOf } from './support.ts';

test('an explanation tells of every step, also of those after the first that failed', () => {
  const principal = { ...ada, scopes: ['tools:list'], roles: [] };
  const { decision, chain } = explain(policyOf({ effect: 'deny' }), asks({ principal }));
  expect(decision).toMatchObject({ effect: 'deny', reason: 'permission' });
  expect(chain).toEqual([
    {
      as: 'user ada',
      org: 'acme',
      steps: [
        { step: 'expiry', isPassed: true, text: 'the credential does not expire' },
        { step: 'organization', isPassed: true, text: 'shared, principal in acme' },
        {
          step: 'level',
          isPassed: true,
          text: 'effective trusted (interface http trusted, principal trusted), wanted trusted',
        },
        { step: 'scopes', isPassed: false, text: 'tools:list' },
        { step: 'roles', isPassed: false, text: 'none permit none' },
        { step: 'rules', isPassed: false, text: 'denied_by_rule', rules: ['r0'] },
        { step: 'review', isPassed: true, text: 'approved' },
      ],
    },
  ]);
});

test('an explanation tells it of everybody in the chain', () => {
  const principal = { kind: 'extension', id: 'x', org: 'acme', level: 'trusted', onBehalfOf: ada } as const;
  const { chain } = explain(policyOf({ effect: 'allow' }), asks({ principal }));
  expect(chain.map(({ as }) => as)).toEqual(['extension x', 'user ada']);
});
