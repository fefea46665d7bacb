import { homedir } from 'node:os';
import { localStreams } from '@signalbox/mcp';
import {
  isSignalboxError,
  type Level,
  SignalboxError,
  upstreamRegistry,
  type ViewName,
} from '@signalbox/sdk';
import { type BootedHub, bootHub, stopSignal } from './boot/boot-hub.ts';
import { bridgeToHub } from './boot/bridge-to-hub.ts';
import type { SettingsRequest } from './boot/open-settings.ts';
import { findHub } from './hub/find-hub.ts';
import type { HubLocation } from './hub/hub-location.ts';

/** What `signalbox mcp` was told. */
export interface StdioOptions {
  readonly configPath?: string;
  readonly view: string;
  readonly ownHub: boolean;
  /** The highest level calls may have; what the hub gives stdio where absent. */
  readonly level?: Level;
  readonly env: SettingsRequest['env'];
}

// Clients give a server at least 15 s to start; many list the tools once and never look again.
const firstListMs = 5_000;

/**
 * Speaks MCP over standard input and output until the input ends: through the hub that runs, or through one of its
 * own when none runs. Standard output carries nothing but MCP.
 */
export async function runStdio(options: StdioOptions): Promise<void> {
  const view = readView(options.view);
  const running = options.ownHub ? undefined : await findRunning(options);
  if (running) return bridgeToHub(running, view, options.level);
  try {
    await serveOwnHub(options, view);
  } catch (error) {
    // Two clients may start at once: the one that came second uses the hub of the first.
    const other = isLocked(error) ? await waitForHub(options) : undefined;
    if (!other) throw error;
    await bridgeToHub(other, view, options.level);
  }
}

async function serveOwnHub(options: StdioOptions, view: ViewName): Promise<void> {
  const stopped = stopSignal();
  const env = { ...options.env, SIGNALBOX_LOG__LEVEL: options.env['SIGNALBOX_LOG__LEVEL'] ?? 'warn' };
  const booted = await bootHub({ ...options, env, port: 0, noAuth: false });
  try {
    const streams = booted.hub.services.get(localStreams);
    const level = options.level === undefined ? {} : { level: options.level };
    await Promise.race([firstListsKnown(booted), stopped]);
    await Promise.race([
      streams.serve({ input: process.stdin, output: process.stdout }, { view, ...level }),
      stopped,
    ]);
  } finally {
    await booted.stop();
    process.stdin.destroy();
  }
}

/** Resolves when no upstream that was never listed before is on its first attempt, or after a moment. */
async function firstListsKnown({ hub }: BootedHub): Promise<void> {
  const registry = hub.services.get(upstreamRegistry);
  const isNew = registry
    .list()
    .some(
      ({ state, tools, resources, templates, prompts }) =>
        state === 'connecting' && tools + resources + templates + prompts === 0,
    );
  if (isNew) await registry.settled(AbortSignal.timeout(firstListMs)).catch(() => undefined);
}

async function findRunning({ configPath, env }: StdioOptions): Promise<HubLocation | undefined> {
  try {
    const location = await findHub({
      ...(configPath === undefined ? {} : { config: configPath }),
      env,
      cwd: process.cwd(),
      home: homedir(),
    });
    const answer = await fetch(new URL('/livez', location.url), {
      redirect: 'error',
      signal: AbortSignal.timeout(2_000),
    });
    return answer.ok ? location : undefined;
  } catch {
    return undefined;
  }
}

async function waitForHub(options: StdioOptions): Promise<HubLocation | undefined> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const found = await findRunning(options);
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return undefined;
}

function isLocked(error: unknown): boolean {
  return isSignalboxError(error) && error.code === 'store_locked';
}

function readView(text: string): ViewName {
  if (text === 'all') return 'all';
  const [kind, name] = text.split(':');
  if (name !== undefined && /^[a-z0-9-]{1,32}$/.test(name)) {
    if (kind === 'endpoint') return `endpoint:${name}`;
    if (kind === 'upstream') return `upstream:${name}`;
  }
  throw new SignalboxError('usage', `"${text}" is no view; use all, endpoint:NAME or upstream:NAME`);
}
