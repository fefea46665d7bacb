import type { Database } from '@signalbox/store';
import type { KyselyPlugin, RootOperationNode } from 'kysely';

/** What is written of what an organization uses up: calls are counted, what they took is added, that nothing is left is noted. */
export type SpendingWrite = 'count' | 'add' | 'note';

/** What a test does with such writes. */
export interface SpendingWatch {
  /** Told before one is made; what it throws is what the store says. */
  readonly before?: (write: SpendingWrite) => void;
  /** Awaited after one was made, before anybody hears of it. */
  readonly after?: (write: SpendingWrite) => Promise<void>;
}

/** A store with somebody who watches what is written of what organizations use up. */
export function watchedSpending(own: Database, { before, after }: SpendingWatch): Database {
  const writes = new WeakMap<object, SpendingWrite>();
  const plugin: KyselyPlugin = {
    transformQuery: ({ node, queryId }) => {
      const write = writeOf(node);
      if (write) {
        before?.(write);
        writes.set(queryId, write);
      }
      return node;
    },
    transformResult: async ({ result, queryId }) => {
      const write = writes.get(queryId);
      if (write) await after?.(write);
      return result;
    },
  };
  return { ...own, queries: <Tables>() => own.queries<Tables>().withPlugin(plugin) };
}

function writeOf(node: RootOperationNode): SpendingWrite | undefined {
  if (node.kind !== 'InsertQueryNode' || !JSON.stringify(node.into).includes('engine_spending'))
    return undefined;
  const changed = JSON.stringify(node.onConflict?.updates?.map(({ column }) => column));
  if (changed.includes('used_up_at')) return 'note';
  return changed.includes('calls') ? 'count' : 'add';
}
