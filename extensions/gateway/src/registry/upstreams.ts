import {
  type AccountChange,
  type Principal,
  SignalboxError,
  toSignalboxError,
  type UpstreamDefinition,
  type UpstreamInfo,
  type UpstreamLogLine,
  type UpstreamRegistry,
  type UpstreamTestStep,
  upstreamName,
} from '@signalbox/sdk';
import type { DirectoryChange } from '../accounts/standing.ts';
import type { StoredDefinitions } from '../store/stored-definitions.ts';
import type { Remembered } from '../store/upstream-memory.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { untilAborted } from '../wire/abort-error.ts';
import { testConnection } from './connection-test.ts';
import { type Surroundings, startUpstream, type UpstreamSeed } from './make-upstream.ts';

/** All upstreams of the hub: those of the settings, and those added while it runs. */
export class Upstreams implements UpstreamRegistry {
  readonly #surroundings: Surroundings;
  readonly #definitions: StoredDefinitions;
  readonly #upstreams = new Map<string, Upstream>();
  /** Added ones whose definition cannot be read: shown with the reason until they are removed. */
  readonly #broken = new Map<string, UpstreamInfo>();

  constructor(surroundings: Surroundings, definitions: StoredDefinitions) {
    this.#surroundings = surroundings;
    this.#definitions = definitions;
  }

  /** Starts every upstream there is; none is waited for. Errors: `conflict` for a name in use, where the settings give it. */
  async start(): Promise<void> {
    const { context, memory } = this.#surroundings;
    const remembered = await memory.readAll();
    const { definitions, broken } = await this.#definitions.readAll();
    for (const [name, definition] of Object.entries(context.config.upstreams)) {
      this.#keep({ name, definition, origin: 'settings' }, remembered);
    }
    for (const [name, reason] of broken) this.#keepBroken(name, reason);
    for (const [name, definition] of definitions) this.#keepStored(name, definition, remembered);
  }

  /** Stops every upstream and ends every process. */
  async stop(): Promise<void> {
    await Promise.all([...this.#upstreams.values()].map((upstream) => upstream.stop()));
    await this.#surroundings.processes.close();
  }

  list = (): readonly UpstreamInfo[] =>
    [...[...this.#upstreams.values()].map(({ info }) => info), ...this.#broken.values()].sort((a, b) =>
      a.name < b.name ? -1 : 1,
    );

  get = (name: string): UpstreamInfo => this.#broken.get(name) ?? this.#find(name).info;

  add = async (name: string, definition: UpstreamDefinition): Promise<UpstreamInfo> => {
    const { context } = this.#surroundings;
    if (!upstreamName.safeParse(name).success) throw badName(name);
    if (this.#upstreams.has(name) || this.#broken.has(name)) throw taken(name);
    const upstream = this.#keep({ name, definition, origin: 'store' }, new Map());
    try {
      await this.#definitions.add(name, definition, context.clock.now());
    } catch (error) {
      this.#upstreams.delete(name);
      await upstream.stop();
      throw error;
    }
    return upstream.info;
  };

  remove = async (name: string): Promise<void> => {
    if (this.#broken.has(name)) return this.#removeBroken(name);
    const upstream = this.#find(name);
    if (upstream.origin === 'settings') throw inSettings(name);
    await this.#definitions.remove(name);
    this.#upstreams.delete(name);
    await upstream.stop();
    await Promise.all([this.#surroundings.memory.forget(name), this.#surroundings.credentials?.forget(name)]);
  };

  restart = async (name: string): Promise<UpstreamInfo> => {
    const upstream = this.#find(name);
    await upstream.restart();
    return upstream.info;
  };

  logs = (name: string, limit: number): readonly UpstreamLogLine[] => this.#find(name).logs.last(limit);

  test = (name: string, principal: Principal): Promise<readonly UpstreamTestStep[]> =>
    testConnection(this.#surroundings, this.#find(name), principal);

  loginOf = async (name: string, principal: Principal): Promise<UpstreamInfo['login']> =>
    this.#upstreams.get(name)?.loginOf(principal);

  /** An account was connected, or is of no use any more. */
  readonly onAccountChange = (change: AccountChange): void =>
    this.#upstreams.get(change.upstream)?.onAccountChange(change);

  /** Facts about people are others. */
  readonly onDirectoryChange = (change: DirectoryChange): void => {
    for (const upstream of this.#upstreams.values()) upstream.onDirectoryChange(change);
  };

  settled = async (signal: AbortSignal): Promise<void> => {
    const all = Promise.all([...this.#upstreams.values()].map(({ settled }) => settled));
    await untilAborted(all, signal).catch(() => undefined);
  };

  #keep(given: UpstreamSeed, remembered: ReadonlyMap<string, Remembered>): Upstream {
    const upstream = startUpstream(this.#surroundings, given, remembered.get(given.name));
    this.#upstreams.set(given.name, upstream);
    return upstream;
  }

  /** What was added may have lost its place to the settings or an extension since; that must not stop the hub. */
  #keepStored(
    name: string,
    definition: UpstreamDefinition,
    remembered: ReadonlyMap<string, Remembered>,
  ): void {
    if (this.#upstreams.has(name))
      return this.#warn(name, 'the settings define an upstream of the same name');
    try {
      this.#keep({ name, definition, origin: 'store' }, remembered);
    } catch (error) {
      this.#warn(name, toSignalboxError(error).message);
    }
  }

  #keepBroken(name: string, reason: string): void {
    this.#warn(name, reason);
    if (!this.#upstreams.has(name)) this.#broken.set(name, brokenInfo(name, reason));
  }

  async #removeBroken(name: string): Promise<void> {
    const { memory, credentials } = this.#surroundings;
    await this.#definitions.remove(name);
    this.#broken.delete(name);
    await Promise.all([memory.forget(name), credentials?.forget(name)]);
  }

  #warn(name: string, reason: string): void {
    this.#surroundings.context.log.warn('an added upstream is left out', { upstream: name, reason });
  }

  #find(name: string): Upstream {
    const upstream = this.#upstreams.get(name);
    if (upstream) return upstream;
    const broken = this.#broken.get(name);
    if (broken) throw new SignalboxError('conflict', `upstream "${name}" cannot be used: ${broken.reason}`);
    const known = [...this.#upstreams.keys()].sort().join(', ') || 'none';
    throw new SignalboxError('not_found', `there is no upstream "${name.slice(0, 64)}"; known are: ${known}`);
  }
}

function brokenInfo(name: string, reason: string): UpstreamInfo {
  const nothing = { tools: 0, resources: 0, templates: 0, prompts: 0, restarts: 0, address: '' };
  return { name, origin: 'store', state: 'unavailable', reason, ...nothing };
}

function badName(name: string): SignalboxError {
  const text = `"${name.slice(0, 64)}" is no name for an upstream; use 1 to 32 of a-z, 0-9 and "-", not at the ends`;
  return new SignalboxError('invalid_params', text);
}

function taken(name: string): SignalboxError {
  return new SignalboxError(
    'conflict',
    `there is an upstream "${name}" already; remove it first, or take another name`,
  );
}

function inSettings(name: string): SignalboxError {
  const text = `upstream "${name}" is defined in signalbox.yaml; change it there under gateway.upstreams.${name} and restart the hub`;
  return new SignalboxError('conflict', text);
}
