import type {
  CallInterface,
  Calls,
  CatalogReader,
  Clock,
  JsonObject,
  Principal,
  SignalboxError,
  ViewName,
} from '@signalbox/sdk';
import type { Begun } from '../serve/begun.ts';
import type { TaskBoard } from '../tasks/task-board.ts';
import type { LegacyPeer, Send, SendAside } from './legacy-peer.ts';

/** What serving a legacy request needs, whatever the transport. */
export interface LegacyService {
  readonly calls: Calls;
  readonly catalog: CatalogReader;
  readonly clock: Clock;
  readonly serverInfo: JsonObject;
  readonly tasks: TaskBoard;
}

/** Where a legacy client came in, and as whom. */
export interface LegacyPlace {
  readonly view: ViewName;
  readonly principal: Principal;
  readonly interface: CallInterface;
}

/** One client, and the ways to it. */
export interface LegacyWay {
  readonly peer: LegacyPeer;
  /** Sends on the stream of the request. */
  readonly send: Send;
  /** Sends what belongs to no request that is open; where there is one stream only, it is the same. */
  readonly sendAside: SendAside;
  /** Told of the error a request is answered with. */
  readonly onError?: (error: SignalboxError) => void;
}

/** A request while it runs. */
export interface LegacyRunning extends LegacyWay {
  readonly signal: AbortSignal;
  readonly begun: Begun;
}
