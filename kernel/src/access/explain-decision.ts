import type { DecisionExplainer, WhyAnswer, WhyQuestion } from '@signalbox/policy';
import { type Directory, type Principal, SignalboxError } from '@signalbox/sdk';
import { notFound, resolve } from '../call/resolve.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { Access } from './access.ts';

/** What explaining works with. */
export interface ExplainParts {
  readonly access: Access;
  readonly catalog: Catalog;
  /** Undefined where nobody keeps people. */
  readonly directory: () => Directory | undefined;
  /** Counts an attempt to find something, as calls count it. Errors: `rate_limited`. */
  readonly countGuess: (principal: Principal) => void;
}

/** Makes the explainer of a hub: the target is found as a call finds it, the steps are those of the decision. */
export function makeExplainer({ access, catalog, directory, countGuess }: ExplainParts): DecisionExplainer {
  const administers = { permission: 'admin:org', minLevel: 'trusted' } as const;
  return {
    isAdministrator: ({ principal, interface: through }) =>
      access.findRefusal(principal, through, administers) === undefined,
    explain: async (question): Promise<WhyAnswer> => {
      const principal = await findPrincipal(question.who, directory());
      try {
        return explainFound({ access, catalog }, question, principal);
      } catch (error) {
        // Asking why is no cheaper way to guess what is there than calling it.
        if (!question.tellsHidden) countGuess(principal);
        throw error;
      }
    },
  };
}

function explainFound(
  { access, catalog }: Pick<ExplainParts, 'access' | 'catalog'>,
  question: WhyQuestion,
  principal: Principal,
): WhyAnswer {
  const request = toRequest(question, principal);
  const found = resolve(catalog, request);
  const target = found.entry?.target ?? found.source.unlisted(found.originalName);
  const viewer = { principal, interface: question.interface };
  const explanation = access.explain(target, viewer, () => question.args);
  if (explanation.decision.isHidden && !question.tellsHidden) throw notFound(request);
  return { ...explanation, source: found.source.id, originalName: found.originalName };
}

async function findPrincipal(who: WhyQuestion['who'], directory: Directory | undefined): Promise<Principal> {
  if ('level' in who) return who;
  const credential = { kind: 'local', id: 'why' } as const;
  const principal = await directory?.principalOf(who, { credential });
  if (principal) return principal;
  throw new SignalboxError(
    'not_found',
    `there is no active ${who.kind} "${who.id}" in "${who.org}"; "signalbox user ls" shows who there is`,
  );
}

function toRequest({ interface: through, kind, view, target }: WhyQuestion, principal: Principal) {
  return {
    kind,
    view,
    target,
    params: {},
    principal,
    interface: through,
    signal: new AbortController().signal,
  };
}
