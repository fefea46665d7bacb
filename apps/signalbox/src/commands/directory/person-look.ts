import type { IdentityItem, PersonItem } from '@signalbox/api';
import type { ItemLook, ListLook } from '../../terminal/print-items.ts';
import { timeText } from './time-text.ts';

/** How a list of people looks. */
export const personListLook: ListLook<PersonItem> = {
  columns: [
    { title: 'LOGIN', of: ({ login }) => login, isWhole: true },
    { title: 'NAME', of: ({ name }) => name },
    { title: 'ROLES', of: ({ roles }) => roles.join(', ') },
    { title: 'LEVEL', of: ({ level }) => level, isWhole: true },
    { title: 'TEAMS', of: ({ teams }) => teams.join(', ') },
    { title: 'STATE', of: ({ isActive }) => (isActive ? 'active' : 'shut out'), isWhole: true },
  ],
  idOf: ({ login }) => login,
  empty: 'nobody yet; add somebody with "signalbox user add" or "signalbox invite add"',
};

/** How one person looks. */
export const personLook: ItemLook<PersonItem> = {
  idOf: ({ id }) => id,
  lines: (person) => [
    ['login', person.login],
    ['name', person.name],
    ['e-mail', person.email],
    ['id', person.id],
    ['state', person.isActive ? 'active' : 'shut out'],
    ['roles', person.roles.join(', ')],
    ['level', person.level],
    ['teams', person.teams.join(', ')],
    [
      'signs in with',
      [person.hasPassword ? 'password' : '', person.hasPasskey ? 'passkey' : '']
        .filter((each) => each !== '')
        .join(', '),
    ],
    ['since', timeText(person.createdAt)],
  ],
};

/** A person with what they are linked to at other identity providers. */
export const shownPersonLook: ItemLook<PersonItem & { readonly identities: readonly IdentityItem[] }> = {
  idOf: personLook.idOf,
  lines: (person) => [
    ...personLook.lines(person),
    ...person.identities.map(({ issuer, subject }): [string, string] => [
      'linked to',
      `${subject} at ${issuer}`,
    ]),
  ],
};
