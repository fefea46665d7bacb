import { randomBytes } from 'node:crypto';
import { answerAsk, makeCall } from '@signalbox/api';
import { type Calls, type Clock, type ExtensionContext, type Routes, route, uuidv7 } from '@signalbox/sdk';
import { AskDesk } from './ask-desk.ts';
import { streamCall } from './stream-call.ts';

/**
 * Serves calls. Everybody with a principal may come here: the gate decides what the principal may use,
 * and only the caller may answer the questions of a call.
 */
export function provideCallRoutes(
  routes: Routes,
  { calls, clock, onStop }: { calls: Calls; clock: Clock; onStop: ExtensionContext<unknown>['onStop'] },
): void {
  const newId = (): string => uuidv7(clock.now(), randomBytes(10));
  const desk = new AskDesk(newId);
  onStop(() => desk.close());
  routes.provide(
    route({
      ...makeCall,
      handle: async ({ body, principal, interface: through, signal }) => ({
        stream: streamCall(body, {
          calls,
          clock,
          desk,
          callId: newId(),
          principal,
          interface: through,
          signal,
        }),
      }),
    }),
  );
  routes.provide(
    route({
      ...answerAsk,
      handle: ({ params, body, principal }) => {
        desk.answer(params, principal, body);
        return { accepted: true as const };
      },
    }),
  );
}
