import type { ReceiveParts } from './in/receive.ts';
import type { DeliveryCrew } from './out/delivery-crew.ts';
import type { SendParts } from './out/send-delivery.ts';

/** What every operation on webhooks works with. */
export interface Core extends ReceiveParts, SendParts {
  readonly crew: DeliveryCrew;
  /** Ids that sort by the time they were made. */
  readonly newId: () => string;
  readonly randomBytes: (count: number) => Uint8Array;
}
