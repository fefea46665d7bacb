import { linkIdentity, listIdentities, unlinkIdentity } from '@signalbox/api';
import { type Routes, route, SignalboxError } from '@signalbox/sdk';
import type { DirectoryParts } from '../directory-parts.ts';
import { identityOperations } from '../people/identities.ts';
import { notThere } from '../people/not-there.ts';
import { hubOrg } from '../setup/first-owner.ts';
import { callerOf, type Request } from './caller.ts';
import { checkPersonChange } from './check-person-change.ts';
import { readMember } from './member-facts.ts';
import { pageByKey } from './page.ts';

/** Serves what people are linked to at other identity providers: whoever links somebody decides who signs in as them. */
export function provideIdentityRoutes(routes: Routes, parts: DirectoryParts): void {
  const operations = identityOperations(parts);
  routes.provide(
    route({
      ...listIdentities,
      handle: async ({ params, ...request }) => {
        const id = await changeable(parts, request, params.person);
        const keyOf = ({ issuer, subject }: { issuer: string; subject: string }) => `${issuer} ${subject}`;
        const all = (await operations.identities(id)).toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
        return pageByKey(all, request.query, keyOf);
      },
    }),
  );
  routes.provide(
    route({
      ...linkIdentity,
      handle: async ({ params, body, ...request }) => {
        const id = await changeable(parts, request, params.person);
        if (request.principal.org !== hubOrg) throw notOfHub();
        // The route itself is written down.
        await operations.linkIdentity(body, { id }, (_, action) => action());
        const added = (await operations.identities(id)).find(
          ({ issuer, subject }) => issuer === body.issuer && subject === body.subject,
        );
        if (!added) throw notThere('identity', body.subject);
        return added;
      },
    }),
  );
  routes.provide(
    route({
      ...unlinkIdentity,
      handle: async ({ params, ...request }) => {
        const { issuer, subject } = request.query;
        const id = await changeable(parts, request, params.person);
        await operations.unlinkIdentity(id, { issuer, subject });
        return { issuer, subject };
      },
    }),
  );
}

/** A person the caller may change everywhere, as for a password. */
async function changeable(parts: DirectoryParts, request: Request, person: string): Promise<string> {
  const caller = await callerOf(parts, request);
  const member = await readMember(parts.changes.rows, caller.org, person);
  await checkPersonChange(parts.changes.rows, caller, member);
  return member.id;
}

/** The providers are the hub's: another organization could take a subject before its owner comes. */
function notOfHub(): SignalboxError {
  return new SignalboxError('forbidden', 'only the organization "local" links people to identity providers');
}
