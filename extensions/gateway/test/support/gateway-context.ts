import {
  type CallRequest,
  type CallResult,
  type Clock,
  type Directory,
  directory,
  type EventTopic,
  type ExtensionContext,
  type HubInfo,
  hubInfo,
  type Invoke,
  type JsonObject,
  type ListKind,
  type NamedSecrets,
  namedSecrets,
  type SecretVault,
  SignalboxError,
  type SourceEntry,
  type SourceSpec,
  type SourceState,
  secretVault,
  silentLog,
  systemClock,
  type UpstreamCredentials,
  type UpstreamInfo,
  type UpstreamRegistry,
  upstreamCredentials,
  upstreamRegistry,
} from '@signalbox/sdk';
import { type Database, database } from '@signalbox/store';
import { gateway } from '../../src/gateway.ts';
import { gatewaySettings } from '../../src/settings.ts';
import { memoryDatabase } from './memory-database.ts';

/** What a source has put into the catalog. */
interface RecordedSource {
  readonly spec: SourceSpec;
  entries: readonly SourceEntry[];
  state: SourceState;
  isWithdrawn: boolean;
}

/** A gateway that runs in a test, with the parts of the hub it needs. */
export interface TestGateway {
  readonly registry: UpstreamRegistry;
  readonly sources: ReadonlyMap<string, RecordedSource>;
  readonly events: readonly { readonly topic: string; readonly payload: unknown }[];
  readonly call: (options: TestCall) => Promise<CallResult>;
  /** Resolves when the condition holds; asked again at each change. */
  readonly until: (what: string, condition: () => boolean) => Promise<void>;
  readonly untilState: (name: string, state: UpstreamInfo['state']) => Promise<UpstreamInfo>;
  /** Publishes an event as another extension of the hub would. */
  readonly publish: ExtensionContext<unknown>['events']['publish'];
  readonly stop: () => Promise<void>;
}

/** A call as a test writes it. */
interface TestCall extends Partial<CallRequest> {
  readonly upstream: string;
  readonly name: string;
  readonly mustParse?: boolean;
  readonly needsOwnAccount?: boolean;
}

/** How a test gateway is started. */
export interface TestGatewayOptions {
  readonly upstreams: JsonObject;
  readonly clock?: Clock;
  readonly store?: Database;
  readonly hub?: Partial<HubInfo>;
  readonly credentials?: UpstreamCredentials;
  readonly directory?: Pick<Directory, 'principalOf'>;
  readonly secrets?: Pick<NamedSecrets, 'redactorFor'>;
  readonly vault?: SecretVault;
}

const principal = { kind: 'user', id: 'tester', org: 'local', level: 'anchor' } as const;
const owner = { ...principal, id: 'owner', roles: ['owner'] } as const;
const way = { name: 'http', level: 'anchor' } as const;

/** Starts the real extension in a small stand-in of the kernel: a catalog that records, and real events. */
export async function startGateway(options: TestGatewayOptions): Promise<TestGateway> {
  const sources = new Map<string, RecordedSource>();
  const events: { topic: string; payload: unknown }[] = [];
  const listeners = new Set<{ readonly topic: string; readonly tell: (payload: unknown) => void }>();
  const stops: (() => void | Promise<void>)[] = [];
  const waiting = new Set<() => void>();
  const changed = (): void => queueMicrotask(() => [...waiting].forEach((check) => check()));
  let offered: UpstreamRegistry | undefined;
  const context: ExtensionContext<unknown> = {
    config: gatewaySettings.parse({ upstreams: options.upstreams }),
    log: silentLog,
    clock: options.clock ?? systemClock,
    tools: { provide: () => undefined },
    resources: { provide: () => undefined },
    prompts: { provide: () => undefined },
    sources: { open: (spec) => openSource(sources, spec, changed) },
    routes: { provide: () => undefined, mount: () => undefined },
    health: { check: () => undefined },
    metrics: {
      counter: () => ({ add: () => undefined }),
      gauge: () => ({ add: () => undefined, set: () => undefined }),
      histogram: () => ({ observe: () => undefined }),
    },
    events: {
      publish: <Payload>(topic: EventTopic<Payload>, payload: Payload) => {
        events.push({ topic: topic.name, payload });
        for (const each of listeners) if (each.topic === topic.name) each.tell(payload);
        changed();
      },
      on: (topic, listener) => {
        const wrapped = { topic: topic.name, tell: listener as (payload: unknown) => void };
        listeners.add(wrapped);
        return () => listeners.delete(wrapped);
      },
    },
    calls: {
      call: () => Promise.reject(new Error('no gate')),
      list: () => ({ items: [], generation: 0 }),
      findRefusal: () => undefined,
    },
    use: (token) => services(token.name, options) as never,
    find: (token) => optional(token.name, options) as never,
    offer: (token, service) => {
      if (token.name === upstreamRegistry.name) offered = service as UpstreamRegistry;
    },
    onReady: () => undefined,
    onStop: (action) => void stops.push(action),
  };
  await gateway.setup(context as never);
  if (!offered) throw new Error('the gateway offered no registry');
  const registry = offered;
  const until = (what: string, condition: () => boolean): Promise<void> =>
    waitUntil(waiting, what, condition);
  return {
    registry,
    sources,
    events,
    publish: context.events.publish,
    call: (call) => invoke(sources, call),
    until,
    untilState: async (name, state) => {
      await until(`${name} is ${state}`, () => registry.get(name).state === state);
      return registry.get(name);
    },
    stop: async () => {
      for (const stop of stops.reverse()) await stop();
    },
  };
}

function openSource(sources: Map<string, RecordedSource>, spec: SourceSpec, changed: () => void) {
  const source: RecordedSource = { spec, entries: [], state: { status: 'connecting' }, isWithdrawn: false };
  sources.set(spec.id, source);
  return {
    publish: (entries: readonly SourceEntry[]) => {
      source.entries = entries;
      changed();
    },
    setExtensions: () => undefined,
    setState: (state: SourceState) => {
      source.state = state;
      changed();
    },
    withdraw: () => {
      source.isWithdrawn = true;
      changed();
    },
  };
}

function services(name: string, { store, hub }: TestGatewayOptions): unknown {
  if (name === database.name) return store ?? memoryDatabase();
  if (name === hubInfo.name) return { version: '0.0.0-test', pid: process.pid, owner, ...hub };
  throw new Error(`the gateway wanted ${name}`);
}

function optional(
  name: string,
  { credentials, vault, directory: people, secrets }: TestGatewayOptions,
): unknown {
  if (name === upstreamCredentials.name) return credentials;
  if (name === secretVault.name) return vault;
  if (name === directory.name) return people;
  if (name === namedSecrets.name) return secrets;
  throw new Error(`the gateway looked for ${name}`);
}

async function invoke(
  sources: ReadonlyMap<string, RecordedSource>,
  { upstream, name, mustParse, needsOwnAccount, ...request }: TestCall,
): Promise<CallResult> {
  const source = sources.get(upstream);
  if (!source) throw new SignalboxError('not_found', `no source ${upstream}`);
  const kind = request.kind ?? 'tool';
  const whole: CallRequest = {
    kind,
    view: 'all',
    target: `${upstream}__${name}`,
    params: { name: `${upstream}__${name}`, arguments: {} },
    principal,
    interface: way,
    signal: request.signal ?? new AbortController().signal,
    ...request,
  };
  const definition = source.entries.find(
    (entry) => entry.kind === (kind as ListKind) && entry.name === name,
  )?.definition;
  const run: Invoke = source.spec.invoke;
  return run({
    callId: 'call',
    request: whole,
    originalName: name,
    definition,
    signal: whole.signal,
    mustParse: mustParse ?? false,
    needsOwnAccount: needsOwnAccount ?? false,
  });
}

function waitUntil(waiting: Set<() => void>, what: string, condition: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      clearInterval(again);
      waiting.delete(check);
    };
    const check = (): void => {
      if (!condition()) return;
      end();
      resolve();
    };
    const timer = setTimeout(() => {
      end();
      reject(new Error(`it did not come to pass that ${what}`));
    }, 15_000);
    // What a process writes on standard error is no event of the hub; it is looked at again and again.
    const again = setInterval(check, 10);
    waiting.add(check);
    check();
  });
}
