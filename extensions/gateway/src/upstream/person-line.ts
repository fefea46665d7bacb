import type { UpstreamSigner } from '@signalbox/sdk';
import type { Person } from '../accounts/people.ts';
import type { ConnectionEvents } from '../peer/connection.ts';
import { untilAborted } from '../wire/abort-error.ts';
import { Line, type LineParts } from './line.ts';
import type { LogRing } from './log-ring.ts';
import type { UpstreamParts } from './upstream-parts.ts';

/** What a line over one person's account is made of. */
export interface PersonLineParts
  extends Omit<LineParts, 'attempt' | 'watched' | 'refusal'>,
    Pick<UpstreamParts, 'connect' | 'onResourceUpdated'> {
  readonly person: Person;
  readonly signer: UpstreamSigner;
  readonly logs: LogRing;
}

/** A line over one person's account. It hears of no lists: those are the hub's. */
export function makePersonLine(parts: PersonLineParts): Line {
  const { person, signer, logs, connect, onResourceUpdated, ...line } = parts;
  return new Line({
    ...line,
    watched: person.watched,
    attempt: async (signal, onLost) => {
      const events: ConnectionEvents = {
        onLost,
        note: (text) => logs.add('hub', text),
        onResourceUpdated: (uri) => onResourceUpdated(uri, person.account),
        onListChanged: () => undefined,
      };
      const connection = await connect({
        events,
        addLogLine: (from, text) => logs.add(from, text),
        signal,
        signer,
        isBeside: true,
      });
      const { uris } = person.watched;
      if (uris.length > 0) await untilAborted(connection.listen(uris), signal);
      return connection;
    },
  });
}
