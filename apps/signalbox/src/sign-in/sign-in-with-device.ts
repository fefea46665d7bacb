import { setTimeout as wait } from 'node:timers/promises';
import { SignalboxError } from '@signalbox/sdk';
import { z } from 'zod';
import type { SignInPlace } from './discover.ts';
import { cliClient, postForm, requestToken, type TokenOutcome } from './token-request.ts';

const begun = z.object({
  device_code: z.string().min(1),
  user_code: z.string().min(1),
  verification_uri: z.url({ protocol: /^https?$/ }),
  expires_in: z.number().positive(),
  interval: z.number().positive().default(5),
});

/** How a sign-in with a code is shown and given up. */
export interface DeviceSignIn {
  readonly scope: string;
  readonly show: (url: string, code: string) => void;
  readonly signal: AbortSignal;
}

/** Signs in with a code that is typed on another machine (RFC 8628). Errors: `unsupported`, `cancelled`. */
export async function signInWithDevice(place: SignInPlace, how: DeviceSignIn): Promise<TokenOutcome> {
  if (place.deviceEndpoint === undefined)
    throw new SignalboxError('unsupported', 'this hub knows no sign-in by code; leave --device out');
  const answer = await postForm(place.deviceEndpoint, {
    client_id: cliClient,
    scope: how.scope,
    resource: place.resource,
  });
  const device = begun.parse(answer);
  how.show(device.verification_uri, device.user_code);
  const endsAt = Date.now() + device.expires_in * 1000;
  for (let seconds = device.interval; ; ) {
    await wait(seconds * 1000, undefined, { signal: how.signal }).catch(() => {
      throw new SignalboxError('cancelled', 'the sign-in was given up');
    });
    const outcome = await requestToken(place.tokenEndpoint, {
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      device_code: device.device_code,
    });
    if ('token' in outcome || Date.now() > endsAt) return outcome;
    if (outcome.error === 'slow_down') seconds += 5;
    else if (outcome.error !== 'authorization_pending') return outcome;
  }
}
