import type { Routes } from '@signalbox/sdk';
import type { DirectoryParts } from '../directory-parts.ts';
import { provideIdentityRoutes } from './identity-routes.ts';
import { provideInvitationRoutes } from './invitation-routes.ts';
import { provideKeyRoutes } from './key-routes.ts';
import { provideMeRoutes } from './me-routes.ts';
import { provideMemberRoutes } from './member-routes.ts';
import { provideOrganizationRoutes } from './organization-routes.ts';
import { providePeopleRoutes } from './people-routes.ts';
import { provideRoleRoutes } from './role-routes.ts';
import { provideRuleRoutes } from './rule-routes.ts';
import { provideServiceRoutes } from './service-routes.ts';
import { provideTeamRoutes } from './team-routes.ts';

/** Serves people, machines and what they may do. */
export function provideDirectoryRoutes(routes: Routes, parts: DirectoryParts): void {
  provideMeRoutes(routes, parts);
  provideOrganizationRoutes(routes, parts);
  providePeopleRoutes(routes, parts);
  provideIdentityRoutes(routes, parts);
  provideMemberRoutes(routes, parts);
  provideTeamRoutes(routes, parts);
  provideServiceRoutes(routes, parts);
  provideKeyRoutes(routes, parts);
  provideInvitationRoutes(routes, parts);
  provideRoleRoutes(routes, parts);
  provideRuleRoutes(routes, parts);
}
