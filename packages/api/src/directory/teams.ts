import { z } from 'zod';
import { pageOf, pageQuery } from '../page.ts';
import { describeRoute } from '../route-description.ts';
import { forAdministrators, id, instant, orgQuery, removed, slug } from './shared.ts';

const team = z
  .object({
    name: slug,
    description: z.string().optional(),
    members: z.array(z.object({ person: z.string(), login: z.string() })),
    createdAt: instant,
  })
  .meta({ id: 'Team' });

/** A team with its members. */
export type TeamItem = z.output<typeof team>;

const params = z.object({ team: slug });
const query = z.object(orgQuery);
const description = z.string().max(500);
const common = { tag: 'teams', ...forAdministrators } as const;

/** Lists the teams of the organization. */
export const listTeams = describeRoute({
  method: 'GET',
  path: '/api/v1/teams',
  id: 'listTeams',
  summary: 'List the teams of the organization',
  ...common,
  query: z.object({ ...pageQuery, ...orgQuery }),
  answer: pageOf(team).meta({ id: 'TeamPage' }),
});

/** Adds a team. */
export const addTeam = describeRoute({
  method: 'POST',
  path: '/api/v1/teams',
  id: 'addTeam',
  summary: 'Add a team',
  ...common,
  query,
  body: z.strictObject({ name: slug, description: description.optional() }),
  answer: team,
  status: 201,
});

/** Shows one team. */
export const getTeam = describeRoute({
  method: 'GET',
  path: '/api/v1/teams/{team}',
  id: 'getTeam',
  summary: 'Show one team',
  ...common,
  params,
  query,
  answer: team,
});

/** Changes what a team says of itself. */
export const changeTeam = describeRoute({
  method: 'PATCH',
  path: '/api/v1/teams/{team}',
  id: 'changeTeam',
  summary: 'Change the description of a team',
  ...common,
  params,
  query,
  body: z.strictObject({ description }),
  answer: team,
});

/** Removes a team. */
export const removeTeam = describeRoute({
  method: 'DELETE',
  path: '/api/v1/teams/{team}',
  id: 'removeTeam',
  effect: 'less',
  summary: 'Remove a team; its members stay in the organization',
  ...common,
  params,
  query,
  answer: removed,
});

const place = z.object({ team: slug, person: id.describe('Id or login') });

/** Puts a member of the organization into a team. */
export const joinTeam = describeRoute({
  method: 'PUT',
  path: '/api/v1/teams/{team}/members/{person}',
  id: 'joinTeam',
  summary: 'Put a member of the organization into a team',
  ...common,
  params: place,
  query,
  answer: team,
});

/** Takes a member out of a team. */
export const leaveTeam = describeRoute({
  method: 'DELETE',
  path: '/api/v1/teams/{team}/members/{person}',
  id: 'leaveTeam',
  effect: 'less',
  summary: 'Take a member out of a team',
  ...common,
  params: place,
  query,
  answer: team,
});
