import { type OpenApiTool, openDocument, readCredentials, serverUrl } from '@signalbox/openapi';
import { SafeFetcher } from '@signalbox/safe-fetch';
import { type Clock, SignalboxError } from '@signalbox/sdk';
import type { ConnectContext } from '../connect/connect-context.ts';
import type { Connection } from '../peer/connection.ts';
import { ApiConnection } from './api-connection.ts';
import type { ApiDefinition } from './api-sender.ts';
import { makeInSlices } from './make-in-slices.ts';
import { readDocument } from './read-document.ts';

/**
 * Reads an API's document and makes its tools. No request is made to the API itself before a call, but whether its
 * address would be refused is found out now.
 * Errors: `upstream_invalid_answer`, `upstream_unavailable`, `address_refused`, `invalid_settings`, `invalid_params`.
 */
export async function connectApi(
  context: ConnectContext,
  definition: ApiDefinition,
  signal: AbortSignal,
): Promise<Connection> {
  const { name, clock, baseDir, onStep } = context;
  const fetcher = new SafeFetcher({ allowPrivate: definition.allowPrivate, clock });
  try {
    const source = { baseDir, fetcher, signal, maxTools: context.maxTools, note: context.events.note };
    const read = await readApi(definition, source);
    onStep?.('document', `OpenAPI ${read.document.openapi}, "${read.document.title}"`);
    const { tools, documentUrl } = read;
    checkServers(fetcher, definition, { tools, documentUrl });
    return new ApiConnection({
      name,
      definition,
      tools,
      documentUrl,
      redact: context.redact,
      fetcher,
      clock,
      credentials: readCredentials(read.document, definition.auth),
      facts: {
        era: 'legacy',
        isApi: true,
        transport: 'openapi',
        version: `OpenAPI ${read.document.openapi}`,
        capabilities: { tools: {}, ...(definition.resources ? { resources: {} } : {}) },
        serverName: read.document.title,
        ...(read.document.version === '' ? {} : { serverVersion: read.document.version }),
      },
    });
  } catch (error) {
    await fetcher.close();
    throw error;
  }
}

/** The tools an API would be offered as, without adding it. Errors: those of {@link connectApi}. */
export async function previewTools(
  definition: ApiDefinition,
  { baseDir, clock, signal }: { baseDir: string; clock: Clock; signal: AbortSignal },
): Promise<readonly OpenApiTool[]> {
  const fetcher = new SafeFetcher({ allowPrivate: definition.allowPrivate, clock });
  try {
    const { tools } = await readApi(definition, { baseDir, fetcher, signal });
    return tools;
  } finally {
    await fetcher.close();
  }
}

interface ApiSource {
  readonly baseDir: string;
  readonly fetcher: SafeFetcher;
  readonly signal: AbortSignal;
  readonly maxTools?: number;
  readonly note?: (text: string) => void;
}

async function readApi(
  { openapi, include, exclude, tools: changes }: ApiDefinition,
  { maxTools, note, ...source }: ApiSource,
) {
  const { root, url: documentUrl } = await readDocument({ openapi, ...source });
  const document = openDocument(root);
  const options = { include, exclude, changes, ...(maxTools === undefined ? {} : { maxTools }) };
  const { tools, notes } = await makeInSlices(document, options, source.signal);
  for (const text of notes) note?.(text);
  if (tools.length > 0) return { document, documentUrl, tools };
  throw new SignalboxError(
    'upstream_invalid_answer',
    'no operation of the document is offered; check include and exclude',
  );
}

/** Every address the tools would use is held against the rules, so that a refusal is seen before the first call. */
function checkServers(
  fetcher: SafeFetcher,
  { baseUrl }: ApiDefinition,
  { tools, documentUrl }: { tools: readonly OpenApiTool[]; documentUrl: string | undefined },
): void {
  const bases = tools.map(({ operation }) => baseUrl ?? serverUrl(operation.servers, documentUrl));
  for (const base of new Set(bases)) fetcher.check(new URL(base));
}
