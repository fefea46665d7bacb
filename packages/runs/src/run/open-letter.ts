import type { Orderer, StoreWrite } from '@signalbox/sdk';
import type { Database } from '@signalbox/store';
import type { Letter } from '../store/run-inbox.ts';
import { childEnd } from './child-end.ts';
import type { NewEvent } from './new-event.ts';

/** What a letter tells a run: something for its stepper, or that it ends here and now. */
export type Opened =
  | {
      readonly event: NewEvent;
      readonly writes: readonly StoreWrite[];
      /** Who wants what the run does for it. */
      readonly orderers?: readonly Orderer[];
    }
  | { readonly forcedEnd: string };

/** Opens a letter of a run's inbox. Errors: those of the store. */
export async function openLetter(database: Database, run: string, { message }: Letter): Promise<Opened> {
  switch (message.kind) {
    case 'cancel':
      if (message.isForced) return { forcedEnd: message.reason };
      return { event: { kind: 'CancelRequested', reason: message.reason }, writes: [] };
    case 'answer': {
      const { path, question, isApproved, value, by, orderers = [] } = message;
      const decision = isApproved ? 'approved' : 'rejected';
      const event = { kind: 'ApprovalAnswered', path, question, decision, by } as const;
      return { event: value === undefined ? event : { ...event, value }, writes: [], orderers };
    }
    case 'event': {
      const { event: known, path, orderers = [] } = message;
      const { source, ...event } = known;
      const told = source === undefined ? event : { ...event, source };
      return { event: { kind: 'EventMatched', path, event: told }, writes: [], orderers };
    }
    case 'child':
      return childEnd(database, run, message);
    default:
      return message satisfies never;
  }
}
