import { defineService, type ViewName } from '@signalbox/sdk';
import type { ByteStream } from './serve-lines.ts';

/** Serves the local owner over standard streams. */
export interface LocalStreams {
  /** Resolves when the client has gone. */
  readonly serve: (streams: ByteStream, view: ViewName) => Promise<void>;
}

/** The mcp extension offers itself to the program it runs in under this token. */
export const localStreams = defineService<LocalStreams>('local-streams', { inProcess: true });
