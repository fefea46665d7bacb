import type { Extension } from '@signalbox/sdk';
import type { Database } from '@signalbox/store';
import type { KyselyPlugin } from 'kysely';
import { wrappedStore } from './wrapped-store.ts';

/** A store whose answer to the count of a call comes when `afterCount` has resolved, and not at all when it rejects or never does. */
export function countingStore(afterCount: () => Promise<void>): Extension {
  const counts = new WeakSet<object>();
  const plugin: KyselyPlugin = {
    transformQuery: ({ node, queryId }) => {
      const isCount =
        node.kind === 'InsertQueryNode' && JSON.stringify(node.into).includes('engine_spending');
      if (isCount) counts.add(queryId);
      return node;
    },
    transformResult: async ({ result, queryId }) => {
      if (counts.has(queryId)) await afterCount();
      return result;
    },
  };
  const wrap = (own: Database): Database => ({
    ...own,
    queries: <Tables>() => own.queries<Tables>().withPlugin(plugin),
  });
  return wrappedStore(wrap);
}
