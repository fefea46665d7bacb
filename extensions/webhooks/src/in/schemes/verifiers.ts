import type { Incoming } from '../../webhook.ts';
import { verifyGithub } from './github.ts';
import type { Verify } from './signed-request.ts';
import { verifySlack } from './slack.ts';
import { verifyStandard } from './standard.ts';
import { verifyStripe } from './stripe.ts';

/** How the requests of each scheme are checked. */
export const verifiers: { readonly [scheme in Incoming['scheme']]: Verify } = {
  standard: verifyStandard,
  github: verifyGithub,
  slack: verifySlack,
  stripe: verifyStripe,
};
