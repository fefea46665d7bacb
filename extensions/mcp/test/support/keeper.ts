import { Policy, policyBook, policyChanged, ruleDefinition } from '@signalbox/policy';
import {
  defineExtension,
  directoryChanged,
  type Extension,
  type Principal,
  SignalboxError,
  tokenVerifier,
} from '@signalbox/sdk';
import { z } from 'zod';

/** What a test hands out and lays down. */
export interface Keeper {
  readonly extension: Extension;
  /** A token that is good for this principal. */
  readonly token: (principal: Principal) => string;
  /** Lays down rules, as somebody writes them. */
  readonly lay: (...rules: readonly object[]) => void;
  /** Says that facts about a subject are others. */
  readonly change: (subject: string) => void;
}

/** An extension that knows tokens and rules, for tests of what depends on them. */
export function makeKeeper(): Keeper {
  const known = new Map<string, Principal>();
  let policy = new Policy({ version: '0', rules: [ruleDefinition.parse({ id: 'all', effect: 'allow' })] });
  let tell = { policy: (): void => undefined, change: (_subject: string): void => undefined };
  return {
    extension: defineExtension({
      name: 'keeper',
      config: z.strictObject({}),
      provides: [tokenVerifier, policyBook],
      setup: ({ offer, events }) => {
        offer(policyBook, { of: () => policy });
        offer(tokenVerifier, {
          metadataUrl: (resource) => `${new URL(resource).origin}/metadata`,
          // A later turn, as when a store is asked.
          verify: async ({ token }) => {
            const principal = known.get(token);
            if (principal) return principal;
            throw new SignalboxError('unauthenticated', 'not known', {
              details: { challenge: 'invalid_token' },
            });
          },
        });
        tell = {
          policy: () => events.publish(policyChanged, { org: 'local' }),
          change: (subject) =>
            events.publish(directoryChanged, { org: 'local', subject, isRevocation: true }),
        };
      },
    }),
    token: (principal) => {
      const token = `token-${known.size + 1}`;
      known.set(token, principal);
      return token;
    },
    lay: (...rules) => {
      const read = rules.map((rule, index) =>
        ruleDefinition.parse({ id: `r${index}`, effect: 'allow', ...rule }),
      );
      policy = new Policy({ version: 'next', rules: read });
      tell.policy();
    },
    change: (subject) => tell.change(subject),
  };
}
