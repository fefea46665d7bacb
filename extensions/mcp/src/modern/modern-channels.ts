import { encodeNotification } from '@signalbox/protocol';
import type { CallChannels } from '@signalbox/sdk';
import { isLogLevel, isSevereEnough } from '../serve/log-level.ts';
import { progressNotification, progressTokenOf } from '../serve/progress-token.ts';
import type { ModernRequest } from './serve-modern.ts';

/** The ways back to a modern client while its request runs: what it asked for, and nothing else. */
export function modernChannels({ params, envelope, notify }: ModernRequest): CallChannels {
  const token = progressTokenOf(params);
  const { logLevel, clientCapabilities } = envelope;
  return {
    capabilities: clientCapabilities,
    ...(token === undefined ? {} : { progress: (progress) => notify(progressNotification(token, progress)) }),
    ...(isLogLevel(logLevel)
      ? {
          logLevel,
          log: (message) => {
            if (isSevereEnough(message, logLevel))
              notify(encodeNotification('notifications/message', message));
          },
        }
      : {}),
  };
}
