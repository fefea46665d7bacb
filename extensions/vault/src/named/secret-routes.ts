import { listSecrets, removeSecret, type SecretItem, setSecret } from '@signalbox/api';
import { type Routes, route } from '@signalbox/sdk';
import type { NamedSecretBook, SecretFacts } from './named-secret-book.ts';

/** Serves the secrets of the caller's own organization; no answer has a value. */
export function provideSecretRoutes(routes: Routes, book: NamedSecretBook): void {
  routes.provide(
    route({
      ...listSecrets,
      handle: async ({ principal, query: { limit } }) => ({
        items: (await book.list(principal.org, limit)).map(toItem),
      }),
    }),
  );
  routes.provide(
    route({
      ...setSecret,
      handle: async ({ params: { name }, principal, body }) => toItem(await book.set(principal, name, body)),
    }),
  );
  routes.provide(
    route({
      ...removeSecret,
      handle: async ({ params: { name }, principal }) => {
        await book.remove(principal.org, name);
        return { name };
      },
    }),
  );
}

function toItem({ tools, description, ...facts }: SecretFacts): SecretItem {
  return { ...facts, tools: [...tools], ...(description === undefined ? {} : { description }) };
}
