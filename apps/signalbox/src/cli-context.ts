import type { Client } from '@signalbox/client';
import type { Edge } from './edge.ts';
import type { HubClues } from './hub/hub-location.ts';
import { createOutput, type Output } from './terminal/output.ts';
import { type Format, formats } from './terminal/print-items.ts';
import { createPrompter, type Prompter } from './terminal/prompter.ts';

/** The options every command takes. */
export interface GlobalOptions {
  readonly output: string;
  readonly url?: string;
  readonly keyFile?: string;
  readonly config?: string;
  readonly color: boolean;
  readonly debug?: boolean;
}

/** What a command works with. */
export interface CliContext {
  readonly edge: Edge;
  readonly output: Output;
  readonly format: Format;
  /** The person at the terminal; undefined where there is none. */
  readonly prompter: Prompter | undefined;
  readonly clues: HubClues;
  /** Aborts at the first Ctrl-C. */
  readonly signal: AbortSignal;
  /** The client of the hub, found as `findHub` says. */
  readonly connect: () => Promise<Client>;
}

/** Makes the context of one command from the options given. */
export function createContext(edge: Edge, options: GlobalOptions, signal: AbortSignal): CliContext {
  const clues: HubClues = {
    ...(options.url === undefined ? {} : { url: options.url }),
    ...(options.keyFile === undefined ? {} : { keyFile: options.keyFile }),
    ...(options.config === undefined ? {} : { config: options.config }),
    env: edge.env,
    cwd: edge.cwd,
    home: edge.home,
  };
  let client: Promise<Client> | undefined;
  return {
    edge,
    output: createOutput(edge, options),
    format: formats.find((format) => format === options.output) ?? 'table',
    prompter: createPrompter(edge),
    clues,
    signal,
    connect: () => (client ??= connect(clues)),
  };
}

async function connect(clues: HubClues): Promise<Client> {
  const [{ findHub }, { createClient }, { readVersion }] = await Promise.all([
    import('./hub/find-hub.ts'),
    import('@signalbox/client'),
    import('./read-version.ts'),
  ]);
  return createClient({ ...(await findHub(clues)), agent: `signalbox/${readVersion()}` });
}
