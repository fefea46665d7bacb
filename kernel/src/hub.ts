import { type DecisionExplainer, decisionExplainer, policyBook } from '@signalbox/policy';
import {
  approvalDesk,
  auditReader,
  auditRecorder,
  type Calls,
  type Clock,
  catalogReader,
  directory,
  type Extension,
  type HubInfo,
  hubInfo,
  type KeyFiles,
  keyFiles,
  type Level,
  type Log,
  type Mount,
  type Principal,
  type Route,
  type Sealer,
  SignalboxError,
  sealer,
  systemClock,
  tokenVerifier,
} from '@signalbox/sdk';
import { database } from '@signalbox/store';
import { Access } from './access/access.ts';
import { Authenticator, isLoopbackAddress, owner } from './access/authenticate.ts';
import { makeExplainer } from './access/explain-decision.ts';
import { proofAnswer, proofPath } from './access/hub-proof.ts';
import { makeSealer } from './access/make-sealer.ts';
import { type OwnerKey, openOwnerKey } from './access/owner-key.ts';
import { makeRequestGuard } from './access/request-guard.ts';
import { openKeyFile, openSealKey } from './access/seal-key.ts';
import { AuditLog } from './audit/audit-log.ts';
import { makeEventRecorder } from './audit/event-recorder.ts';
import { openArgumentsHash } from './audit/hash-arguments.ts';
import { openNodeKey } from './audit/node-key.ts';
import { call, type Gate } from './call/call.ts';
import { CallIds } from './call/call-ids.ts';
import { DefinitionHashes } from './call/definition-hash.ts';
import { Limits } from './call/limit.ts';
import { list } from './call/list.ts';
import { SchemaValidator } from './call/schema-validator.ts';
import type { Redact } from './call/without-secrets.ts';
import { Catalog } from './catalog/catalog.ts';
import type { Settings } from './config/load-settings.ts';
import { EventBus } from './events/event-bus.ts';
import { bootOrder } from './extensions/boot-order.ts';
import type { KernelParts, RunningExtension } from './extensions/extension-context.ts';
import { startExtensions, stopExtensions } from './extensions/run-extensions.ts';
import { ServiceRegistry } from './extensions/service-registry.ts';
import { type Listener, listen } from './http/listener.ts';
import { Mounts } from './http/mounts.ts';
import { openApiDocument } from './http/openapi.ts';
import { probeAnswers } from './http/probe-answers.ts';
import { makeRest } from './http/rest.ts';
import { StreamWatch } from './http/stream-watch.ts';
import { CallMetrics } from './observe/call-metrics.ts';
import { HealthRegistry } from './observe/health-registry.ts';
import { createHubLog, type LogSink } from './observe/hub-log.ts';
import { MetricRegistry } from './observe/metric-registry.ts';
import { Redactor } from './observe/redactor.ts';
import { standardError } from './observe/standard-error.ts';

/** What a hub is started with. */
export interface HubOptions {
  readonly settings: Settings;
  readonly extensions: readonly Extension[];
  readonly version: string;
  /** Lets everybody in without a key; loopback only. */
  readonly noAuth?: boolean;
  /** Serves no network, whatever the settings say. */
  readonly noHttp?: boolean;
  readonly sink?: LogSink;
  readonly clock?: Clock;
}

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
  kernel.services.offer(
    hubInfo,
    describeHub(options, kernel, () => listener?.url),
  );
  const ordered = bootOrder(options.extensions, kernelServices);
  const running = await startExtensions(ordered, settings.sections, kernel, (each) =>
    openAudit(each, audit, kernel),
  );
  listener = await startListener(options, kernel, ownerKey).catch(async (error: unknown) => {
    await stopExtensions(running);
    throw error;
  });
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
  url: () => string | undefined,
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
    url,
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

function makeGate(
  settings: Settings,
  parts: Omit<KernelParts, 'calls'>,
  { audit, redact }: { audit: AuditLog; redact: Redact },
): Gate {
  const { limits, log } = settings.core;
  return {
    catalog: parts.catalog,
    access: parts.access,
    approvals: () => parts.services.find(approvalDesk),
    clock: parts.clock,
    settings: limits,
    ids: new CallIds(),
    redact,
    limits: new Limits(limits),
    output: { validator: new SchemaValidator(), settings: limits, log: parts.log },
    recorder: {
      audit,
      clock: parts.clock,
      intents: new Map(),
      hashArguments: openArgumentsHash(settings.dataDir),
      definitions: new DefinitionHashes(),
      redact,
      metrics: new CallMetrics(parts.metrics.of('gate')),
      log: log.calls ? parts.log : undefined,
    },
  };
}

function makeCalls(gate: Gate, seals: Sealer): Calls {
  const { catalog, access, settings } = gate;
  return {
    call: (request) => call(gate, request),
    list: (request) => list({ catalog, access, sealer: seals, pageSize: settings.pageSize }, request),
  };
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

async function startListener(
  options: HubOptions,
  kernel: KernelParts,
  ownerKey: OwnerKey,
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
      streams: new StreamWatch(kernel.clock, kernel.events),
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

/** Whoever shows no credential is nobody, at the level public, where the settings let nobody in. */
function anonymousLevel(setting: 'refuse' | 'public'): Level | undefined {
  return setting === 'public' ? 'public' : undefined;
}

/** What clients know the hub by, without a slash at the end. */
function baseUrl(publicUrl: string | undefined, own: string | undefined): string {
  return (publicUrl ?? own ?? '').replace(/\/+$/, '');
}

/** Errors: `invalid_settings` when the hub would be open to others without what that needs. */
function checkExposure({ settings, noAuth }: HubOptions): void {
  const { host, publicUrl } = settings.core.http;
  const isLoopback = host === 'localhost' || isLoopbackAddress(host);
  if (isLoopback) return;
  if (noAuth)
    throw new SignalboxError(
      'invalid_settings',
      `--no-auth works on loopback only, but http.host is ${host}; set it to 127.0.0.1`,
    );
  if (publicUrl === undefined) {
    throw new SignalboxError(
      'invalid_settings',
      `http.host ${host} is open to others; set http.publicUrl to the address clients use (with TLS in front)`,
    );
  }
}

function warnNoAuth(log: Log, level: string): void {
  log.warn(`everybody on this machine may call without a key, at level "${level}" (http.noAuthLevel)`, {});
}

function once(action: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= action());
}
