import { type Extension, type Route, route } from '@signalbox/sdk';
import { z } from 'zod';
import { makeExtension } from './extensions.ts';

const pet = z.object({ name: z.string(), age: z.int().optional() }).meta({ id: 'Pet' });

/** Routes of every kind. */
const webRoutes: readonly Route<never, never, never>[] = [
  route({
    method: 'GET',
    path: '/api/v1/pets/{name}',
    id: 'getPet',
    summary: 'One pet',
    tag: 'pets',
    access: 'principal',
    params: z.object({ name: z.string().max(20) }),
    query: z.object({ deep: z.stringbool().default(false).describe('With everything') }),
    answer: pet,
    handle: ({ params }) => ({ name: params.name }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/pets',
    id: 'addPet',
    summary: 'Adds a pet',
    tag: 'pets',
    access: 'principal',
    minLevel: 'anchor',
    body: pet,
    answer: pet,
    status: 201,
    handle: ({ body }) => body,
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/pets/{name}',
    id: 'removePet',
    summary: 'Removes a pet',
    tag: 'pets',
    access: 'principal',
    params: z.object({ name: z.string() }),
    answer: z.unknown(),
    status: 204,
    handle: () => undefined,
  }),
  route({
    method: 'GET',
    path: '/api/v1/bug',
    id: 'bug',
    summary: 'Fails',
    tag: 'pets',
    access: 'principal',
    answer: pet,
    handle: () => {
      throw new Error('hunter2 at /home/ada/secret.ts');
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/hello',
    id: 'hello',
    summary: 'Says hello to everybody',
    tag: 'open',
    access: 'public',
    answer: z.object({ who: z.string(), level: z.string() }),
    handle: ({ principal, interface: through }) => ({ who: principal.id, level: through.level }),
  }),
] as never;

/** An extension with routes of every kind and two mounts. */
export const web: Extension = makeExtension('web', ({ routes }) => {
  for (const each of webRoutes) routes.provide(each);
  routes.mount({
    path: '/raw',
    access: 'principal',
    handle: (request, response, { principal, interface: through, rest }) => {
      request.resume();
      response.end(JSON.stringify({ principal: principal.id, level: through.level, rest }));
    },
  });
  routes.mount({
    path: '/raw/',
    access: 'principal',
    handle: (_request, response, { rest }) => void response.end(`below ${rest}`),
  });
  routes.mount({
    path: '/open',
    access: 'public',
    handle: (_request, response, { principal }) => void response.end(principal.level),
  });
  routes.mount({
    path: '/broken',
    access: 'principal',
    handle: () => {
      throw new Error('hunter2');
    },
  });
});
