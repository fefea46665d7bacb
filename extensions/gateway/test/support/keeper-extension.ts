import { defineExtension, upstreamCredentials } from '@signalbox/sdk';
import { z } from 'zod';
import type { AccountKeeper } from './account-keeper.ts';

/** Offers the accounts of a keeper to a hub. */
export function keeperExtension(keeper: AccountKeeper) {
  return defineExtension({
    name: 'keeper',
    config: z.strictObject({}),
    provides: [upstreamCredentials],
    setup: ({ offer }) => offer(upstreamCredentials, keeper),
  });
}
