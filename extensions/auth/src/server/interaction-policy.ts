import { interactionPolicy } from 'oidc-provider';
import type { ServerParts } from './provider-parts.ts';

/** When a person must sign in or be asked: as the server has it, and whenever our own session is not there any more. */
export function interactionPolicyFor({ sessionOf }: ServerParts): interactionPolicy.DefaultPolicy {
  const policy = interactionPolicy.base();
  const { Check } = interactionPolicy;
  policy.get('login')?.checks.add(
    new Check('session_ended', 'the person is not signed in any more', 'login_required', async (context) => {
      const person = context.oidc.session?.accountId;
      if (person === undefined) return Check.NO_NEED_TO_PROMPT;
      const session = await sessionOf(context.req);
      return session?.person === person ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT;
    }),
  );
  return policy;
}
