import { type BatchItem, encodeFailure, type RpcRequest, toRpcError } from '@signalbox/protocol';
import type { LegacyPeer } from './legacy-peer.ts';

/** What the messages of a batch are run with. */
export interface ItemRun {
  readonly peer: LegacyPeer;
  /** Serves one request; gives its answer, or nothing when it was cancelled. */
  readonly serve: (request: RpcRequest) => Promise<string | undefined>;
  readonly onAnswer: (text: string) => void;
}

/** Runs every message of a batch, requests side by side; resolves when all are answered. */
export async function runItems(
  items: readonly BatchItem[],
  { peer, serve, onAnswer }: ItemRun,
): Promise<void> {
  const running = items.map(async (item) => {
    if (item.kind === 'request') {
      const text = await serve(item);
      if (text !== undefined) onAnswer(text);
    } else if (item.kind === 'unreadable')
      onAnswer(encodeFailure(undefined, toRpcError(item.error, 'legacy')));
    else peer.take(item);
  });
  await Promise.all(running);
}
