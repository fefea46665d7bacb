import type { z } from 'zod';
import type { Calls } from './call.ts';
import type { Sources } from './catalog.ts';
import type { Clock } from './clock.ts';
import type { Events } from './events.ts';
import type { Health } from './health.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { Prompt } from './prompt.ts';
import type { Resource } from './resource.ts';
import type { Routes } from './route.ts';
import type { ServiceToken } from './service-token.ts';
import type { Tool } from './tool.ts';

/** Everything an extension is given. What it provides is owned by the context and withdrawn when it stops. */
export interface ExtensionContext<Config> {
  readonly config: Config;
  readonly log: Log;
  readonly clock: Clock;
  readonly tools: { readonly provide: <Input>(name: string, tool: Tool<Input>) => void };
  readonly resources: { readonly provide: (resource: Resource) => void };
  readonly prompts: { readonly provide: (name: string, prompt: Prompt) => void };
  readonly sources: Sources;
  readonly routes: Routes;
  readonly health: Health;
  readonly metrics: Metrics;
  readonly events: Events;
  readonly calls: Calls;
  /** A service somebody else provides; its token must stand in `needs`. */
  readonly use: <Service>(token: ServiceToken<Service>) => Service;
  /** The same for a service the hub may do without; its token must stand in `wants`. */
  readonly find: <Service>(token: ServiceToken<Service>) => Service | undefined;
  /** Offers a service; its token must stand in `provides`. */
  readonly offer: <Service>(token: ServiceToken<Service>, service: Service) => void;
  /** Runs when the hub is ready to serve. */
  readonly onReady: (action: () => void | Promise<void>) => void;
  /** Runs when the extension stops, last registered first. */
  readonly onStop: (action: () => void | Promise<void>) => void;
}

/** An extension as the kernel sees it. */
export interface Extension<ConfigSchema extends z.ZodType = z.ZodType> {
  readonly name: string;
  readonly description?: string;
  /** Its section of signalbox.yaml, and the documentation of it. */
  readonly config: ConfigSchema;
  readonly needs?: readonly ServiceToken<unknown>[];
  /** Services it uses where somebody provides them; their providers come first, and nothing fails without. */
  readonly wants?: readonly ServiceToken<unknown>[];
  readonly provides?: readonly ServiceToken<unknown>[];
  readonly setup: (context: ExtensionContext<z.output<ConfigSchema>>) => void | Promise<void>;
}

/** Defines an extension; the default export of its room. */
export function defineExtension<ConfigSchema extends z.ZodType>(
  extension: Extension<ConfigSchema>,
): Extension<ConfigSchema> {
  return extension;
}
