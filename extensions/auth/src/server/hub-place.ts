import type { HubInfo } from '@signalbox/sdk';
import { SignalboxError } from '@signalbox/sdk';

/** Where clients find the hub. */
export interface HubPlace {
  /** The issuer, and the start of every resource: without a slash at its end. */
  readonly baseUrl: string;
  readonly origin: string;
  /** What a proxy in front strips: `/hub`, or empty. */
  readonly path: string;
  readonly isHttps: boolean;
}

/** The place as it is now. Errors: `overloaded` before the hub listens. */
export function hubPlace(hub: HubInfo): HubPlace {
  const text = hub.publicUrl ?? hub.url();
  if (text === undefined)
    throw new SignalboxError('overloaded', 'the hub does not listen yet; try again in a moment');
  const baseUrl = text.replace(/\/+$/, '');
  const { origin, pathname, protocol } = new URL(baseUrl);
  return {
    baseUrl,
    origin,
    path: pathname === '/' ? '' : pathname.replace(/\/+$/, ''),
    isHttps: protocol === 'https:',
  };
}
