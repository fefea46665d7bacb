import { approvalDesk, type Calls, type Redact, type Sealer } from '@signalbox/sdk';
import type { AuditLog } from '../audit/audit-log.ts';
import { openArgumentsHash } from '../audit/hash-arguments.ts';
import type { Settings } from '../config/load-settings.ts';
import type { KernelParts } from '../extensions/extension-context.ts';
import { CallMetrics } from '../observe/call-metrics.ts';
import { call, type Gate } from './call.ts';
import { CallIds } from './call-ids.ts';
import { DefinitionHashes } from './definition-hash.ts';
import { findUseRefusal } from './find-use-refusal.ts';
import { Limits } from './limit.ts';
import { list } from './list.ts';
import { SchemaValidator } from './schema-validator.ts';

/** Puts the gate together. */
export function makeGate(
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

/** The gate as extensions see it. */
export function makeCalls(gate: Gate, seals: Sealer): Calls {
  const { catalog, access, settings } = gate;
  return {
    call: (request) => call(gate, request),
    list: (request) => list({ catalog, access, sealer: seals, pageSize: settings.pageSize }, request),
    findRefusal: (use) => findUseRefusal({ catalog, access }, use),
  };
}
