import { policyChanged } from '@signalbox/policy';
import { auditRecorder, CredentialWatch, type Level, type Route, tokenVerifier } from '@signalbox/sdk';
import { Authenticator } from '../access/authenticate.ts';
import { proofAnswer, proofPath } from '../access/hub-proof.ts';
import type { OwnerKey } from '../access/owner-key.ts';
import { makeRequestGuard } from '../access/request-guard.ts';
import type { Limits } from '../call/limit.ts';
import type { KernelParts } from '../extensions/extension-context.ts';
import type { HubOptions } from '../hub-options.ts';
import { type Listener, listen } from './listener.ts';
import { openApiDocument } from './openapi.ts';
import { probeAnswers } from './probe-answers.ts';
import { makeRest } from './rest.ts';

/** Begins to listen, when the settings say so; what is served over HTTP is put together here. */
export async function startListener(
  options: HubOptions,
  kernel: KernelParts,
  { ownerKey, limits }: { readonly ownerKey: OwnerKey; readonly limits: Limits },
): Promise<Listener | undefined> {
  const { http } = options.settings.core;
  if (!http.enabled || options.noHttp) return undefined;
  const authenticator = new Authenticator({
    ownerKey: ownerKey.text,
    level: http.level,
    anonymousLevel: options.noAuth ? http.noAuthLevel : anonymousLevel(http.anonymous),
    verifier: () => kernel.services.find(tokenVerifier),
    baseUrl: () => baseUrl(http.publicUrl, listener?.url),
  });
  const routes = (): readonly Route[] => [...kernel.routes];
  const info = { title: 'Signalbox management API', version: 'v1' };
  let listener: Listener | undefined;
  listener = await listen({
    settings: http,
    mounts: kernel.mounts,
    authenticator,
    guard: makeRequestGuard(http),
    log: kernel.log,
    clock: kernel.clock,
    fallback: makeRest({
      routes,
      authenticator,
      access: kernel.access,
      credentials: watchCredentials(kernel),
      recorder: kernel.services.get(auditRecorder),
      countUse: (principal) => void limits.take(principal),
      maxBodyBytes: http.maxBodyBytes,
      log: kernel.log,
      plain: {
        ...probeAnswers(kernel, () => openApiDocument(routes(), info)),
        [proofPath]: proofAnswer(ownerKey.text),
      },
    }),
  });
  return listener;
}

/** What is streamed over HTTP is decided again when rules are others, too. */
function watchCredentials({ clock, events }: KernelParts): CredentialWatch {
  const watch = new CredentialWatch(clock, events);
  events.on(policyChanged, ({ org }) => watch.tellChange(org));
  return watch;
}

/** Whoever shows no credential is nobody, at the level public, where the settings let nobody in. */
function anonymousLevel(setting: 'refuse' | 'public'): Level | undefined {
  return setting === 'public' ? 'public' : undefined;
}

/** What clients know the hub by, without a slash at the end. */
function baseUrl(publicUrl: string | undefined, own: string | undefined): string {
  return (publicUrl ?? own ?? '').replace(/\/+$/, '');
}
