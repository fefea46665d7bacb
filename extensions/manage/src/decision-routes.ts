import { explainDecision } from '@signalbox/api';
import type { DecisionExplainer } from '@signalbox/policy';
import {
  type CallInterface,
  type HubInfo,
  type Level,
  type Routes,
  route,
  SignalboxError,
} from '@signalbox/sdk';

/** What explaining over the API works with. */
export interface DecisionParts {
  readonly explainer: DecisionExplainer;
  readonly hub: HubInfo;
}

/** Serves explanations of decisions: everybody's own, and for administrators those of their organization. */
export function provideDecisionRoutes(routes: Routes, { explainer, hub }: DecisionParts): void {
  routes.provide(
    route({
      ...explainDecision,
      handle: async ({ body, principal, interface: own }) => {
        const { as, interface: way, arguments: args, ...question } = body;
        const isAdministrator = explainer.isAdministrator({ principal, interface: own });
        if (as && !isAdministrator) throw onlyOwn();
        const who = as ? { ...as, org: principal.org } : principal;
        const through = as ? wayIn(way, hub) : sameWay(way, own, hub);
        const answer = await explainer.explain({
          ...question,
          who,
          interface: through,
          args,
          // What is hidden from somebody is not there for them; only who administers is told more.
          tellsHidden: isAdministrator,
        });
        const { effect, reason, level, policyVersion, rules, isHidden } = answer.decision;
        return {
          effect,
          reason,
          level,
          policyVersion,
          rules: [...rules],
          isListed: !isHidden,
          source: answer.source,
          originalName: answer.originalName,
          chain: answer.chain.map(({ steps, ...each }) => ({
            ...each,
            steps: steps.map(({ rules: named, ...step }) => ({
              ...step,
              ...(named ? { rules: [...named] } : {}),
            })),
          })),
        };
      },
    }),
  );
}

function onlyOwn(): SignalboxError {
  return new SignalboxError(
    'forbidden',
    'only who administers the organization (admin:org) may ask about others; leave "as" out to ask about yourself',
  );
}

function sameWay(way: 'http' | 'stdio' | 'api', own: CallInterface, hub: HubInfo): CallInterface {
  return way === 'api' ? own : wayIn(way, hub);
}

function wayIn(name: 'http' | 'stdio' | 'api', { httpLevel, stdioLevel }: HubInfo): CallInterface {
  const level: { readonly [way in typeof name]: Level } = {
    http: httpLevel,
    stdio: stdioLevel,
    api: 'anchor',
  };
  return { name, level: level[name] };
}
