import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Hub, loadSettings, owner, type Settings, startHub } from '@signalbox/kernel';
import type {
  CallInterface,
  CallKind,
  CallRequest,
  CallResult,
  Clock,
  Extension,
  JsonObject,
  Principal,
} from '@signalbox/sdk';
import { stringify } from 'yaml';

/** What a test hub is made of. */
export interface TestHubOptions {
  /** Built-ins and the test's own, the store among them where one is needed. */
  readonly extensions: readonly Extension[];
  /** What stands in signalbox.yaml. */
  readonly settings?: JsonObject;
  readonly env?: { readonly [name: string]: string };
  readonly noAuth?: boolean;
  /** Keep data here across several hubs; a fresh folder where absent. */
  readonly dataDir?: string;
  readonly clock?: Clock;
}

/** A real hub on a free loopback port with its data in a temporary folder. */
export interface TestHub extends AsyncDisposable {
  readonly hub: Hub;
  readonly settings: Settings;
  readonly url: string;
  readonly key: string;
  readonly dataDir: string;
  /** Everything logged, as JSON lines. */
  readonly logged: () => string;
  /** Makes a call as the owner over stdio, unless told otherwise. */
  readonly call: (
    kind: CallKind,
    target: string,
    params?: JsonObject,
    changes?: Partial<CallRequest>,
  ) => Promise<CallResult>;
  readonly stop: () => Promise<void>;
}

const stdio: CallInterface = { name: 'stdio', level: 'anchor' };

/** Nobody known, as `--no-auth` lets in. */
export const stranger: Principal = { kind: 'anonymous', id: 'anonymous', org: 'local', level: 'public' };

/** Starts a real kernel for a test. */
export async function startTestHub(options: TestHubOptions): Promise<TestHub> {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-test-'));
  const path = join(folder, 'signalbox.yaml');
  const dataDir = options.dataDir ?? join(folder, 'data');
  writeFileSync(
    path,
    stringify({ dataDir, http: { port: 0 }, log: { format: 'json', level: 'debug' }, ...options.settings }),
  );
  const lines: string[] = [];
  const settings = loadSettings({ path, env: options.env ?? {}, extensions: options.extensions });
  const hub = await startHub({
    settings,
    extensions: options.extensions,
    version: '0.0.0-test',
    sink: { write: (text) => void lines.push(text), isTerminal: false },
    ...(options.noAuth === undefined ? {} : { noAuth: options.noAuth }),
    ...(options.clock === undefined ? {} : { clock: options.clock }),
  });
  const stop = async (): Promise<void> => {
    await hub.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return {
    hub,
    settings,
    dataDir,
    stop,
    url: hub.url ?? '',
    key: hub.ownerKey.text,
    logged: () => lines.join(''),
    call: (kind, target, params = {}, changes = {}) =>
      hub.calls.call({
        kind,
        target,
        params: kind === 'tool' || kind === 'prompt' ? { name: target, ...params } : params,
        view: 'all',
        principal: owner,
        interface: stdio,
        signal: new AbortController().signal,
        ...changes,
      }),
    [Symbol.asyncDispose]: stop,
  };
}
