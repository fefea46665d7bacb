import { type DecisionExplainer, decisionExplainer, policyBook } from '@signalbox/policy';
import {
  auditReader,
  auditRecorder,
  type Calls,
  type Clock,
  catalogReader,
  directory,
  type HubInfo,
  hubInfo,
  type KeyFiles,
  keyFiles,
  type Log,
  type Mount,
  type Principal,
  type Route,
  sealer,
  systemClock,
} from '@signalbox/sdk';
import { database } from '@signalbox/store';
import { Access } from './access/access.ts';
import { owner } from './access/authenticate.ts';
import { checkExposure, warnNoAuth } from './access/check-exposure.ts';
import { makeExplainer } from './access/explain-decision.ts';
import { makeSealer } from './access/make-sealer.ts';
import { type OwnerKey, openOwnerKey } from './access/owner-key.ts';
import { openKeyFile, openSealKey } from './access/seal-key.ts';
import { AuditLog } from './audit/audit-log.ts';
import { makeEventRecorder } from './audit/event-recorder.ts';
import { openNodeKey } from './audit/node-key.ts';
import type { Limits } from './call/limit.ts';
import { makeCalls, makeGate } from './call/make-gate.ts';
import { Catalog } from './catalog/catalog.ts';
import { EventBus } from './events/event-bus.ts';
import { bootOrder } from './extensions/boot-order.ts';
import type { KernelParts, RunningExtension } from './extensions/extension-context.ts';
import { startExtensions, stopExtensions } from './extensions/run-extensions.ts';
import { ServiceRegistry } from './extensions/service-registry.ts';
import type { Listener } from './http/listener.ts';
import { Mounts } from './http/mounts.ts';
import { startListener } from './http/start-listener.ts';
import type { HubOptions } from './hub-options.ts';
import { HealthRegistry } from './observe/health-registry.ts';
import { createHubLog } from './observe/hub-log.ts';
import { MetricRegistry } from './observe/metric-registry.ts';
import { Redactor } from './observe/redactor.ts';
import { standardError } from './observe/standard-error.ts';

/** A hub that runs. */
export interface Hub {
  /** Where it listens; undefined without network. */
  readonly url: string | undefined;
  readonly ownerKey: OwnerKey;
  readonly log: Log;
  readonly calls: Calls;
  readonly services: ServiceRegistry;
  readonly routes: () => readonly Route[];
  readonly mounts: () => readonly Mount[];
  /** Stops everything in reverse order. Safe to call twice. */
  readonly stop: () => Promise<void>;
}

const stopGraceMs = 3_000;
const kernelServices = [
  catalogReader.name,
  auditReader.name,
  auditRecorder.name,
  hubInfo.name,
  sealer.name,
  decisionExplainer.name,
  keyFiles.name,
];

/** Starts a hub: extensions in order, then the listener. Nothing is left behind when a part fails. */
export async function startHub(options: HubOptions): Promise<Hub> {
  const { settings } = options;
  const { core } = settings;
  const clock = options.clock ?? systemClock;
  const redactor = new Redactor();
  redactor.add(...settings.secrets);
  const log = await createHubLog(core.log, redactor, options.sink ?? standardError());
  checkExposure(options);
  const ownerKey = openOwnerKey(settings.dataDir);
  redactor.add(ownerKey.text);
  const seals = makeSealer(openSealKey(settings.dataDir));
  const parts = makeParts(options, clock, log);
  const audit = makeAudit(options, clock, log);
  const gate = makeGate(settings, parts, { audit, redact: redactor.redact });
  const kernel: KernelParts = { ...parts, calls: makeCalls(gate, seals) };
  kernel.services.offer(catalogReader, kernel.catalog);
  kernel.services.offer(auditReader, audit);
  kernel.services.offer(auditRecorder, makeEventRecorder({ audit, clock, redact: redactor.redact }));
  kernel.services.offer(sealer, seals);
  kernel.services.offer(decisionExplainer, explainerOf(kernel, gate.limits));
  kernel.services.offer(keyFiles, keyFilesOf(settings.dataDir));
  let listener: Listener | undefined;
  const stopping = new AbortController();
  const info = { stopping: stopping.signal, url: () => listener?.url };
  kernel.services.offer(hubInfo, describeHub(options, kernel, info));
  const ordered = bootOrder(options.extensions, kernelServices);
  const running = await startExtensions(ordered, settings.sections, kernel, (each) =>
    openAudit(each, audit, kernel),
  );
  listener = await startListener(options, kernel, { ownerKey, limits: gate.limits }).catch(
    async (error: unknown) => {
      await stopExtensions(running);
      throw error;
    },
  );
  if (options.noAuth) warnNoAuth(log, core.http.noAuthLevel);
  return {
    url: listener?.url,
    ownerKey,
    log,
    calls: kernel.calls,
    services: kernel.services,
    routes: () => [...kernel.routes],
    mounts: () => kernel.mounts.all(),
    stop: once(async () => {
      stopping.abort();
      const closing = listener?.close(stopGraceMs);
      await stopExtensions(running);
      await closing;
    }),
  };
}

function keyFilesOf(dataDir: string): KeyFiles {
  return { open: (name) => openKeyFile(dataDir, name, 'what it encrypted is lost') };
}

function explainerOf({ access, catalog, services }: KernelParts, limits: Limits): DecisionExplainer {
  const countGuess = (principal: Principal): void => void limits.take(principal);
  return makeExplainer({ access, catalog, directory: () => services.find(directory), countGuess });
}

function describeHub(
  { settings, version }: HubOptions,
  kernel: KernelParts,
  info: Pick<HubInfo, 'stopping' | 'url'>,
): HubInfo {
  return {
    version,
    pid: process.pid,
    startedAt: kernel.clock.now(),
    dataDir: settings.dataDir,
    owner,
    httpLevel: settings.core.http.level,
    stdioLevel: settings.core.stdio.level,
    ...(settings.path === undefined ? {} : { configPath: settings.path }),
    ...(settings.core.http.publicUrl === undefined ? {} : { publicUrl: settings.core.http.publicUrl }),
    ...info,
    checkHealth: () => kernel.health.report(),
  };
}

function makeParts(options: HubOptions, clock: Clock, log: Log): Omit<KernelParts, 'calls'> {
  const events = new EventBus(log);
  const services = new ServiceRegistry();
  const access = new Access(() => services.find(policyBook), clock);
  return {
    log,
    clock,
    events,
    catalog: new Catalog({ endpoints: options.settings.core.endpoints, clock, events, access }),
    mounts: new Mounts(),
    routes: new Set<Route>(),
    metrics: new MetricRegistry(),
    health: new HealthRegistry(clock),
    services,
    access,
    claims: new Map<string, string>(),
  };
}

function makeAudit({ settings, extensions }: HubOptions, clock: Clock, log: Log): AuditLog {
  const { core, dataDir } = settings;
  const hasStore = extensions.some(({ provides }) => provides?.some(({ name }) => name === database.name));
  return new AuditLog({ settings: core.audit, dataDir, key: openNodeKey(dataDir), clock, log, hasStore });
}

/** The audit opens as soon as the store is there, and closes just before it, so that nothing goes unwritten. */
async function openAudit(
  { extension, context }: RunningExtension,
  audit: AuditLog,
  kernel: KernelParts,
): Promise<void> {
  if (!extension.provides?.some((token) => token.name === database.name)) return;
  await audit.open(kernel.services.get(database));
  context.onStop(audit.close);
}

function once(action: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= action());
}
