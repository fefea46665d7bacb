import type { RouteDescription } from '../route-description.ts';
import { linkIdentity, listIdentities, unlinkIdentity } from './identities.ts';
import { addInvitation, getInvitation, listInvitations, removeInvitation } from './invitations.ts';
import { addKey, getKey, listKeys, revokeKey } from './keys.ts';
import { getMe, setMyPassword } from './me.ts';
import { addMember, changeMember, getMember, listMembers, removeMember } from './members.ts';
import {
  addOrganization,
  changeOrganization,
  getOrganization,
  listOrganizations,
  removeOrganization,
} from './organizations.ts';
import { addPerson, changePerson, getPerson, listPeople, removePerson, setPersonPassword } from './people.ts';
import { addRole, changeRole, getRole, listRoles, removeRole } from './roles.ts';
import { addRule, changeRule, getRule, listRules, removeRule, replaceRules } from './rules.ts';
import { addService, changeService, getService, listServices, removeService } from './services.ts';
import { addTeam, changeTeam, getTeam, joinTeam, leaveTeam, listTeams, removeTeam } from './teams.ts';

/** The operations on people, machines and what they may do, in the order of the document. */
export const allDirectoryRoutes: readonly RouteDescription[] = [
  getMe,
  setMyPassword,
  listOrganizations,
  addOrganization,
  getOrganization,
  changeOrganization,
  removeOrganization,
  listPeople,
  addPerson,
  getPerson,
  changePerson,
  removePerson,
  setPersonPassword,
  listIdentities,
  linkIdentity,
  unlinkIdentity,
  listMembers,
  addMember,
  getMember,
  changeMember,
  removeMember,
  listTeams,
  addTeam,
  getTeam,
  changeTeam,
  removeTeam,
  joinTeam,
  leaveTeam,
  listServices,
  addService,
  getService,
  changeService,
  removeService,
  listKeys,
  addKey,
  getKey,
  revokeKey,
  listInvitations,
  addInvitation,
  getInvitation,
  removeInvitation,
  listRoles,
  addRole,
  getRole,
  changeRole,
  removeRole,
  listRules,
  replaceRules,
  addRule,
  getRule,
  changeRule,
  removeRule,
];
