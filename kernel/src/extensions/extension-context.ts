import {
  type Calls,
  type Clock,
  type Events,
  type Extension,
  type ExtensionContext,
  type Log,
  type Mount,
  type Route,
  SignalboxError,
  type SourceHandle,
} from '@signalbox/sdk';
import type { Access } from '../access/access.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { Mounts } from '../http/mounts.ts';
import type { HealthRegistry } from '../observe/health-registry.ts';
import type { MetricRegistry } from '../observe/metric-registry.ts';
import { OwnEntries } from './own-entries.ts';
import { runStopAction } from './run-stop-action.ts';
import type { ServiceRegistry } from './service-registry.ts';

/** What the kernel gives to extensions. */
export interface KernelParts {
  readonly log: Log;
  readonly clock: Clock;
  readonly events: Events;
  readonly catalog: Catalog;
  readonly access: Access;
  readonly calls: Calls;
  readonly mounts: Mounts;
  readonly routes: Set<Route>;
  readonly metrics: MetricRegistry;
  readonly health: HealthRegistry;
  readonly services: ServiceRegistry;
  /** Plain tool and prompt names already claimed, with the extension that has them. */
  readonly claims: Map<string, string>;
}

/** One extension that runs: its context, and everything to undo. */
export class RunningExtension {
  readonly extension: Extension;
  readonly context: ExtensionContext<unknown>;
  readonly #parts: KernelParts;
  readonly #own: OwnEntries;
  readonly #readyActions: (() => void | Promise<void>)[] = [];
  readonly #stopActions: (() => void | Promise<void>)[] = [];
  #source: SourceHandle | undefined;

  constructor(extension: Extension, config: unknown, parts: KernelParts) {
    this.extension = extension;
    this.#parts = parts;
    const log = parts.log.child({ extension: extension.name });
    this.#own = new OwnEntries(log);
    this.context = this.#makeContext(config, log);
  }

  async setup(): Promise<void> {
    await this.extension.setup(this.context);
    this.#parts.services.checkProvided(this.extension);
  }

  async ready(): Promise<void> {
    for (const action of this.#readyActions) await action();
  }

  /** Withdraws everything, last provided first; one failure does not keep the rest. */
  async stop(): Promise<void> {
    for (const action of this.#stopActions.reverse()) {
      try {
        await runStopAction(action, this.#parts.clock);
      } catch (error) {
        this.#parts.log.error('an extension failed to stop cleanly', {
          extension: this.extension.name,
          cause: error,
        });
      }
    }
  }

  #makeContext(config: unknown, log: Log): ExtensionContext<unknown> {
    const { extension } = this;
    const parts = this.#parts;
    const onStop = (action: () => void | Promise<void>): void => void this.#stopActions.push(action);
    return {
      config,
      log,
      clock: parts.clock,
      calls: parts.calls,
      metrics: parts.metrics.of(extension.name),
      health: parts.health.of(extension.name, onStop),
      events: {
        publish: parts.events.publish,
        on: (topic, listener) => {
          const off = parts.events.on(topic, listener);
          onStop(off);
          return off;
        },
      },
      tools: { provide: (name, tool) => this.#provide(name, () => this.#own.addTool(name, tool as never)) },
      prompts: {
        provide: (name, prompt) => this.#provide(`prompt ${name}`, () => this.#own.addPrompt(name, prompt)),
      },
      resources: {
        provide: (resource) => this.#provide(resource.uri, () => this.#own.addResource(resource)),
      },
      sources: {
        open: (spec) => {
          const handle = parts.catalog.open(spec);
          onStop(handle.withdraw);
          return handle;
        },
      },
      routes: {
        provide: (route) => this.#addRoute(route as unknown as Route, onStop),
        mount: (mount: Mount) => {
          requireAccess(extension, mount.path, mount.access);
          onStop(parts.mounts.add(mount));
        },
      },
      use: (token) => parts.services.useFor(extension, token),
      find: (token) => parts.services.findFor(extension, token),
      offer: (token, service) => onStop(parts.services.offerFor(extension, token, service)),
      onReady: (action) => void this.#readyActions.push(action),
      onStop,
    };
  }

  #addRoute(route: Route, onStop: (action: () => void) => void): void {
    const { method, path, access } = route;
    requireAccess(this.extension, path, access);
    if ([...this.#parts.routes].some((each) => each.method === method && each.path === path))
      throw new SignalboxError('conflict', `two extensions want the route ${method} ${path}`);
    this.#parts.routes.add(route);
    onStop(() => void this.#parts.routes.delete(route));
  }

  /** Adds one of the extension's own entries; the whole catalog has each plain name once. */
  #provide(claim: string, add: () => void): void {
    const holder = this.#parts.claims.get(claim);
    if (holder !== undefined) {
      throw new SignalboxError(
        'conflict',
        `"${claim}" of extension "${this.extension.name}" is already provided by "${holder}"`,
      );
    }
    add();
    this.#parts.claims.set(claim, this.extension.name);
    this.#stopActions.push(() => void this.#parts.claims.delete(claim));
    this.#source ??= this.#openSource();
    this.#source.publish(this.#own.entries());
  }

  #openSource(): SourceHandle {
    const { name } = this.extension;
    const handle = this.#parts.catalog.open({
      id: name,
      kind: 'extension',
      minLevel: 'trusted',
      invoke: this.#own.invoke,
    });
    handle.setState({ status: 'available' });
    this.#stopActions.push(handle.withdraw);
    return handle;
  }
}

// Types say so too, but an extension may come from plain JavaScript, and a route without a class must never open.
function requireAccess(extension: Extension, path: string, access: unknown): void {
  if (access === 'public' || access === 'principal') return;
  throw new SignalboxError(
    'extension_failed',
    `"${extension.name}" provides ${path} without saying who may reach it; set "access"`,
  );
}
