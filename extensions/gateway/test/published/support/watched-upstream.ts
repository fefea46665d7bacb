import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SchemaVersion, validateMessage } from '@signalbox/protocol/schemas';
import type { JsonObject } from '@signalbox/sdk';
import type { Cell } from '../../support/cells.ts';
import { type HttpFixture, startHttpFixture, stdioFixture } from '../../support/fixture.ts';

/** An upstream that keeps all it is sent. */
export interface WatchedUpstream {
  readonly definition: JsonObject;
  /** The program behind it, where the test runs it itself. */
  readonly fixture: HttpFixture | undefined;
  readonly received: () => readonly JsonObject[];
  /** The methods of the questions that were answered with a result. */
  readonly answered: () => readonly string[];
  /** Every method that was sent; an answer counts as the method `answer`, one with an error as `error`. */
  readonly methods: () => readonly string[];
  /** What the published schemas find wrong with what was sent. */
  readonly problems: () => readonly string[];
  readonly stop: () => Promise<void>;
}

/** Starts an upstream that speaks one version over one transport. */
export async function watchUpstream(
  transport: Cell['transport'],
  version: SchemaVersion,
  rest: JsonObject = {},
): Promise<WatchedUpstream> {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-published-'));
  const file = join(folder, 'received');
  const fixture =
    transport === 'stdio' ? undefined : await startHttpFixture(`${transport}.mjs`, [version, '0', file]);
  const url = transport === 'websocket' ? fixture?.url.replace('http:', 'ws:') : fixture?.url;
  const received = (): JsonObject[] => readLines(file);
  return {
    definition: url === undefined ? stdioFixture('stdio.mjs', [version, file], rest) : { url, ...rest },
    fixture,
    received,
    answered: () => received().flatMap((message) => (message['result'] ? [methodOfQuestion(message)] : [])),
    methods: () => received().map(methodOf),
    problems: () => received().flatMap((message) => problemsOf(message, version)),
    stop: async () => {
      await fixture?.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

function readLines(file: string): JsonObject[] {
  try {
    const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
    return lines.map((line) => JSON.parse(line) as JsonObject);
  } catch {
    return [];
  }
}

function methodOf({ method, error }: JsonObject): string {
  if (typeof method === 'string') return method;
  return error === undefined ? 'answer' : 'error';
}

function problemsOf(message: JsonObject, version: SchemaVersion): string[] {
  const sent = { version: versionOf(message, version), from: 'client', message } as const;
  return validateMessage({ ...sent, answers: questionOf(message) }).map(
    (each) => `${each} in ${JSON.stringify(message)}`,
  );
}

/** What is said before a version is agreed on must be valid in the version it speaks of itself. */
function versionOf({ method, params }: JsonObject, agreed: SchemaVersion): SchemaVersion {
  if (method === 'server/discover') return '2026-07-28';
  return method === 'initialize' ? ((params as JsonObject)['protocolVersion'] as SchemaVersion) : agreed;
}

/** The fixtures ask with an id that names the method. */
function questionOf({ method, id = null }: JsonObject): JsonObject | undefined {
  return method === undefined ? { method: methodOfQuestion({ id }) } : undefined;
}

function methodOfQuestion({ id }: JsonObject): string {
  return typeof id === 'string' ? id.replace(/#.*/, '') : '';
}
