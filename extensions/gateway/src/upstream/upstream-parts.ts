import type {
  Clock,
  Invoke,
  Log,
  Redact,
  SourceEntry,
  SourceHandle,
  UpstreamAccount,
  UpstreamCredentials,
  UpstreamDefinition,
  UpstreamInfo,
  UpstreamLogLine,
  UpstreamSigner,
} from '@signalbox/sdk';
import type { Standing } from '../accounts/standing.ts';
import type { Connection, ConnectionEvents } from '../peer/connection.ts';
import type { ListBounds } from './list-all.ts';
import type { UpstreamMetrics } from './upstream-metrics.ts';

/** What one upstream is made of. */
export interface UpstreamParts {
  readonly name: string;
  readonly definition: UpstreamDefinition;
  readonly origin: UpstreamInfo['origin'];
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  /** Takes out secrets that are not its own: those that calls were given. */
  readonly redact: Redact;
  readonly bounds: ListBounds;
  readonly metrics: UpstreamMetrics;
  readonly openSource: (invoke: Invoke) => SourceHandle;
  readonly connect: (request: ConnectRequest) => Promise<Connection>;
  /** Keeps what was listed for the next start, and over whose account. */
  readonly remember: (
    connection: Connection,
    entries: readonly SourceEntry[],
    lister: UpstreamAccount | undefined,
  ) => void;
  /** Where accounts are kept; undefined where nobody does. */
  readonly credentials: UpstreamCredentials | undefined;
  /** Whether those who have accounts may use it still. */
  readonly standing: Standing;
  /** Told with the account whose alone it is. */
  readonly onResourceUpdated: (uri: string, account: UpstreamAccount | undefined) => void;
}

/** What was remembered of an upstream. */
export interface RememberedOffer {
  readonly entries: readonly SourceEntry[];
  readonly lister?: UpstreamAccount | undefined;
}

/** What a new connection of an upstream needs. */
interface ConnectRequest {
  readonly events: ConnectionEvents;
  readonly addLogLine: (from: UpstreamLogLine['from'], text: string) => void;
  readonly signal: AbortSignal;
  readonly signer?: UpstreamSigner | undefined;
  /** True for one beside the hub's own: the process that serves the upstream is not started again. */
  readonly isBeside?: boolean;
}
