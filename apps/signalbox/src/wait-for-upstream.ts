import { setTimeout as pause } from 'node:timers/promises';
import { getUpstream } from '@signalbox/api';
import type { Client } from '@signalbox/client';
import type { UpstreamInfo } from '@signalbox/sdk';

const pollEveryMs = 150;

/** Watches an upstream until its first attempt ended, or the time is up; gives how it is then. */
export async function waitForUpstream(
  client: Client,
  name: string,
  atMostMs: number,
  signal: AbortSignal,
): Promise<UpstreamInfo> {
  const endsAt = Date.now() + atMostMs;
  for (;;) {
    const info = await client.request(getUpstream, { params: { name } }, { signal });
    if (info.state !== 'connecting' || Date.now() >= endsAt) return info;
    await pause(pollEveryMs, undefined, { signal });
  }
}
