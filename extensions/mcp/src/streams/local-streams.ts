import { defineService, type Level, type ViewName } from '@signalbox/sdk';
import type { ByteStream } from './serve-lines.ts';

/** What a local client comes for. */
interface LocalVisit {
  readonly view: ViewName;
  /** The highest level its calls may have; it can only lower what stdio has. */
  readonly level?: Level;
}

/** Serves the local owner over standard streams. */
export interface LocalStreams {
  /** Resolves when the client has gone. */
  readonly serve: (streams: ByteStream, visit: LocalVisit) => Promise<void>;
}

/** The mcp extension offers itself to the program it runs in under this token. */
export const localStreams = defineService<LocalStreams>('local-streams', { inProcess: true });
