import {
  type CredentialFacts,
  type Directory,
  defineExtension,
  directory,
  directoryChanged,
  type Membership,
  type Passkey,
  type Person,
  type Principal,
  SignalboxError,
  type SubjectRef,
} from '@signalbox/sdk';
import { z } from 'zod';
import { forgetOrganization } from '../../../directory/src/org/forget-organization.ts';

/** A person with the password of the test. */
export interface TestPerson extends Person {
  readonly password: string;
  readonly memberships: readonly Membership[];
}

/** What the directory of a test holds; tests change it and tell so. */
export interface Town {
  readonly people: TestPerson[];
  /** API keys with the service account that holds them. */
  readonly keys: Map<string, { readonly service: string; readonly scopes?: readonly string[] }>;
  readonly services: Set<string>;
  readonly identities: Map<string, string>;
  readonly passkeys: Map<string, { readonly person: string; readonly passkey: Passkey }>;
  setupToken: string | undefined;
  invitation: string | undefined;
  readonly change: (subject: string, isRevocation: boolean) => void;
  /** Resolves when everybody has forgotten it: true when they could. */
  readonly forgetOrganization: (org: string) => Promise<boolean>;
}

const local: Membership = { org: 'local', orgName: 'Local', roles: ['member'], level: 'trusted' };

/** A person who is active and trusted unless told otherwise. */
export function person(login: string, changes: Partial<TestPerson> = {}): TestPerson {
  return {
    id: `person-${login}`,
    login,
    name: login.toUpperCase(),
    isActive: true,
    hasPassword: true,
    hasPasskey: false,
    password: `${login}-password-1`,
    memberships: [local],
    ...changes,
  };
}

/** A directory in memory, as an extension, with what it holds. */
export function makeTown(...people: readonly TestPerson[]) {
  let publish: Town['change'] = () => undefined;
  let forget: Town['forgetOrganization'] = async () => false;
  const town: Town = {
    people: [...people],
    keys: new Map(),
    services: new Set(),
    identities: new Map(),
    passkeys: new Map(),
    setupToken: undefined,
    invitation: undefined,
    change: (subject, isRevocation) => publish(subject, isRevocation),
    forgetOrganization: (org) => forget(org),
  };
  const extension = defineExtension({
    name: 'town',
    config: z.strictObject({}),
    provides: [directory],
    setup: ({ offer, events, log }) => {
      forget = (org) => forgetOrganization({ events, log }, org);
      publish = (subject, isRevocation) => events.publish(directoryChanged, { subject, isRevocation });
      offer(directory, directoryOf(town));
    },
  });
  return { town, extension };
}

function directoryOf(town: Town): Directory {
  const byId = (id: string) => town.people.find((each) => each.id === id);
  const principalOf = (subject: SubjectRef, facts: CredentialFacts): Principal | undefined => {
    if (subject.kind === 'service')
      return town.services.has(subject.id)
        ? { ...subject, level: 'trusted', roles: ['member'], ...facts }
        : undefined;
    const found = byId(subject.id);
    const membership = found?.memberships.find(({ org }) => org === subject.org);
    if (!found?.isActive || !membership) return undefined;
    return { ...subject, level: membership.level, roles: membership.roles, ...facts };
  };
  return {
    findPerson: async (id) => byId(id),
    hasService: async (id) => town.services.has(id),
    findPersonByLogin: async (login) => town.people.find((each) => each.login === login),
    judgePassword: async (login, password) => {
      const known = town.people.find((each) => each.login === login);
      if (!known) return { reason: 'unknown-login' };
      const isRight = known.password === password && known.isActive;
      return isRight ? { person: known } : { reason: 'wrong-password', known };
    },
    orgsOf: async (id) => byId(id)?.memberships.map(({ org }) => org) ?? [],
    memberships: async (id) => byId(id)?.memberships ?? [],
    principalOf,
    principalOfKey: async (key) => {
      const held = town.keys.get(key);
      if (!held) return undefined;
      const id = key.split('_').slice(0, 3).join('_').replace('sbx_key_', '');
      const subject = { kind: 'service', id: held.service, org: 'local' } as const;
      return principalOf(subject, {
        credential: { kind: 'api-key', id },
        ...(held.scopes ? { scopes: held.scopes } : {}),
      });
    },
    findPersonByIdentity: async ({ issuer, subject }) =>
      byId(town.identities.get(`${issuer} ${subject}`) ?? ''),
    identities: async () => [],
    unlinkIdentity: async () => {
      throw new SignalboxError('unsupported', 'the test needs no linking');
    },
    linkIdentity: async () => {
      throw new SignalboxError('unsupported', 'the test needs no linking');
    },
    setFederatedRoles: async () => undefined,
    passkeys: async (id) =>
      [...town.passkeys.values()].filter((each) => each.person === id).map(({ passkey }) => passkey),
    findPasskey: async (id) => {
      const found = town.passkeys.get(id);
      const owner = found && byId(found.person);
      return found && owner ? { person: owner, passkey: found.passkey } : undefined;
    },
    addPasskey: async (id, passkey) => void town.passkeys.set(passkey.id, { person: id, passkey }),
    usePasskey: async () => undefined,
    needsFirstOwner: async () => town.setupToken !== undefined,
    createFirstOwner: async (token, owner, perform) => {
      if (token !== town.setupToken) throw new SignalboxError('unauthenticated', 'the link is not good');
      checkPassword(owner);
      return perform({ person: `person-${owner.login}`, org: 'local', roles: ['owner'] }, async () => {
        town.setupToken = undefined;
        return addPerson(town, owner);
      });
    },
    acceptInvitation: async (token, who, perform) => {
      if (token !== town.invitation) throw new SignalboxError('not_found', 'there is no such invitation');
      const known = 'id' in who ? byId(who.id) : undefined;
      const wanted = 'id' in who ? { login: '', name: '' } : who;
      if (!known) checkPassword(wanted);
      const id = known?.id ?? `person-${wanted.login}`;
      return perform({ person: id, org: 'local', roles: ['member'] }, async () => {
        town.invitation = undefined;
        return known ?? addPerson(town, wanted);
      });
    },
    findInvitation: async (token) =>
      token === town.invitation ? { orgName: 'Local', roles: ['member'] } : undefined,
  };
}

function checkPassword({ password = '' }: { readonly password?: string }): void {
  if (password.length < 12) throw new SignalboxError('invalid_params', 'the password is too short');
}

function addPerson(
  town: Town,
  { login, name, password = '' }: { login: string; name: string; password?: string },
): Person {
  const made = person(login, { name, password });
  town.people.push(made);
  return made;
}
