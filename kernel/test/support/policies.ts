import { Policy, policyBook, ruleDefinition } from '@signalbox/policy';
import { type ApprovalDesk, approvalDesk, defineExtension, type Extension } from '@signalbox/sdk';
import { z } from 'zod';

/** An extension that keeps one policy for everybody, made of rules as somebody writes them. */
export function policyKeeper(): {
  readonly extension: Extension;
  readonly lay: (...rules: readonly object[]) => void;
} {
  let policy = new Policy({ version: '0', rules: [] });
  let version = 0;
  return {
    extension: defineExtension({
      name: 'policies',
      config: z.strictObject({}),
      provides: [policyBook],
      setup: ({ offer }) => offer(policyBook, { of: () => policy }),
    }),
    lay: (...rules) => {
      const read = rules.map((rule, index) =>
        ruleDefinition.parse({ id: `r${index}`, effect: 'allow', ...rule }),
      );
      policy = new Policy({ version: String(++version), rules: read });
    },
  };
}

/** An extension whose desk does as the test says. */
export function approvalKeeper(
  obtain: ApprovalDesk['obtain'],
  letContinue: ApprovalDesk['letContinue'] = async (_org, id) => `more of ${id}`,
): Extension {
  return defineExtension({
    name: 'approvals',
    config: z.strictObject({}),
    provides: [approvalDesk],
    setup: ({ offer }) => offer(approvalDesk, { obtain, letContinue }),
  });
}
