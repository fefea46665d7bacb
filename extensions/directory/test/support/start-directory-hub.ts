import { type Client, createClient } from '@signalbox/client';
import { type PolicyBook, policyBook } from '@signalbox/policy';
import {
  type Credential,
  type Directory,
  defineExtension,
  directory,
  directoryChanged,
  type Events,
  type Level,
  type ShownCredential,
  SignalboxError,
  tokenVerifier,
} from '@signalbox/sdk';
import { database } from '@signalbox/store';
import { startTestHub, type TestHub } from '@signalbox/testkit';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import directoryExtension, { setupLink } from '../../src/index.ts';
import type { DirectoryTables } from '../../src/store/directory-tables.ts';
import type { TestStore } from './test-stores.ts';

/** Who a test signs in as. */
interface SignedIn {
  readonly kind?: 'user' | 'service';
  readonly id: string;
  readonly org?: string;
  readonly scopes?: readonly string[];
  readonly grant?: Level;
}

/** A hub with a directory, and a way in for everybody it knows. */
export interface DirectoryHub extends AsyncDisposable {
  readonly test: TestHub;
  readonly directory: Directory;
  readonly policies: PolicyBook;
  readonly events: Events;
  readonly rows: Kysely<DirectoryTables>;
  /** A client of the local owner, who holds the owner key. */
  readonly owner: Client;
  readonly setupToken: string | undefined;
  /** A client of somebody who signed in. */
  readonly as: (who: SignedIn) => Client;
  /** A client that shows an API key. */
  readonly withKey: (key: string) => Client;
}

/** Starts it on a store. */
export async function startDirectoryHub(store: TestStore): Promise<DirectoryHub> {
  let events: Events | undefined;
  // Stands for the room of sign-in: who is named in the token is who signed in.
  const signIn = defineExtension({
    name: 'test-sign-in',
    config: z.strictObject({}),
    needs: [directory],
    provides: [tokenVerifier],
    setup: (context) => {
      events = context.events;
      const people = context.use(directory);
      context.offer(tokenVerifier, {
        verify: async (shown) => {
          const principal = await principalOf(people, shown);
          if (principal) return principal;
          throw new SignalboxError('unauthenticated', 'this token is not known');
        },
        metadataUrl: (resource) => resource,
      });
    },
  });
  const test = await startTestHub({
    extensions: [store.extension, directoryExtension, signIn],
    settings: store.settings,
  });
  const clientOf = (key: string): Client => createClient({ url: test.url, key });
  if (!events) throw new TypeError('the test extension was not set up');
  return {
    test,
    events,
    directory: test.hub.services.get(directory),
    policies: test.hub.services.get(policyBook),
    rows: test.hub.services.get(database).queries<DirectoryTables>(),
    owner: clientOf(test.key),
    setupToken: test.hub.services.get(setupLink).path()?.split('=')[1],
    as: (who) => clientOf(`signed-in.${Buffer.from(JSON.stringify(who)).toString('base64url')}`),
    withKey: clientOf,
    [Symbol.asyncDispose]: test.stop,
  };
}

/** Resolves at the next change of the directory a node hears of. */
export function nextChange(events: Events): Promise<{ readonly subject?: string }> {
  return new Promise((resolve) => {
    const stop = events.on(directoryChanged, (change) => {
      stop();
      resolve(change);
    });
  });
}

async function principalOf(people: Directory, { token }: ShownCredential) {
  if (!token.startsWith('signed-in.')) return people.principalOfKey(token, '127.0.0.1');
  const {
    kind = 'user',
    id,
    org = 'local',
    scopes,
    grant,
  } = JSON.parse(Buffer.from(token.slice('signed-in.'.length), 'base64url').toString()) as SignedIn;
  const credential: Credential = { kind: 'access-token', id: `token-of-${id}` };
  return people.principalOf(
    { kind, id, org },
    { credential, ...(scopes ? { scopes } : {}), ...(grant ? { grant } : {}) },
  );
}
