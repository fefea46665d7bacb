import { explainDecision } from '@signalbox/api';
import type { DecisionExplainer } from '@signalbox/policy';
import {
  type CallInterface,
  type HubInfo,
  type Level,
  type Principal,
  type Routes,
  route,
  SignalboxError,
  type SubjectRef,
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
        const who = as ? toSubject(principal, as) : principal;
        const through = as ? wayIn(way, hub) : sameWay(way, own, hub);
        const answer = await explainer.explain({ ...question, who, interface: through, args });
        const { effect, reason, level, policyVersion, rules, isHidden } = answer.decision;
        // What is hidden from somebody is not there for them; only who administers is told more.
        if (!as && isHidden && !isAdministrator(principal)) throw hidden(body.target);
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

function toSubject(caller: Principal, { kind, id }: Pick<SubjectRef, 'kind' | 'id'>): SubjectRef {
  if (!isAdministrator(caller))
    throw new SignalboxError(
      'forbidden',
      'only who administers the organization (admin:org) may ask about others; leave "as" out to ask about yourself',
    );
  return { kind, id, org: caller.org };
}

/** Roles that bring admin:org; the credential must not take it away. */
function isAdministrator({ roles = [], scopes }: Principal): boolean {
  const mayByRole = roles.includes('owner') || roles.includes('admin');
  return mayByRole && (scopes === undefined || scopes.some((scope) => scope.startsWith('admin:')));
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

function hidden(target: string): SignalboxError {
  return new SignalboxError('not_found', `there is no "${target.slice(0, 200)}" here for you`);
}
