import { randomUUID } from 'node:crypto';
import { encodeNotification } from '@signalbox/protocol';
import type { Ask, CallChannels, JsonObject } from '@signalbox/sdk';
import { isSevereEnough } from '../serve/log-level.ts';
import { progressNotification, progressTokenOf } from '../serve/progress-token.ts';
import type { LegacyRunning } from './legacy-place.ts';

const pageDone = 'notifications/elicitation/complete';

/**
 * The ways back to a legacy client while its request runs. A page it is asked to visit has an id of the hub's where the
 * target gave none: modern ones do not, and tell only by going on; `finishPages` says then that the visits are over.
 */
export function legacyChannels(
  { peer, send, sendAside, begun }: LegacyRunning,
  params: JsonObject,
): { readonly channels: CallChannels; readonly finishPages: () => void } {
  const token = progressTokenOf(params);
  const minted: string[] = [];
  const ask = async (question: Ask, signal: AbortSignal): Promise<JsonObject> => {
    const page = mintPage(question);
    const answer = await peer.ask(page?.question ?? question, { signal, send }, begun);
    if (page) minted.push(page.elicitationId);
    return answer;
  };
  const channels = {
    capabilities: peer.client.capabilities,
    ...(peer.logLevel === undefined ? {} : { logLevel: peer.logLevel }),
    log: (message: JsonObject) => {
      if (isSevereEnough(message, peer.logLevel ?? 'debug'))
        send(encodeNotification('notifications/message', message));
    },
    // The visit may end after the request did.
    elicitationDone: (elicitationId: string) =>
      sendAside(encodeNotification(pageDone, { elicitationId }), begun.principal),
    ...(token === undefined
      ? {}
      : {
          progress: (progress: JsonObject) =>
            send(progressNotification(token, peer.codec.encodeProgress(progress))),
        }),
    ...(peer.canAnswerAny ? { ask } : {}),
  };
  const finishPages = (): void => {
    for (const elicitationId of minted.splice(0)) send(encodeNotification(pageDone, { elicitationId }));
  };
  return { channels, finishPages };
}

function mintPage({
  method,
  params,
}: Ask): { readonly question: Ask; readonly elicitationId: string } | undefined {
  const isPage = method === 'elicitation/create' && params['mode'] === 'url';
  if (!isPage || params['elicitationId'] !== undefined) return undefined;
  const elicitationId = randomUUID();
  return { question: { method, params: { ...params, elicitationId } }, elicitationId };
}
