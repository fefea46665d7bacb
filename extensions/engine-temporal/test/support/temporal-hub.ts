import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isJsonObject, type JsonObject, silentLog } from '@signalbox/sdk';
import type { WorkflowBundle } from '@temporalio/worker';
import {
  type EngineHub,
  type EngineHubOptions,
  startEngineHub,
} from '../../../engine-embedded/test/support/engine-hub.ts';
import { makeEngineTemporal } from '../../src/extension.ts';
import { bundleWorkflows } from '../../src/link/bundle-workflows.ts';

let made: Promise<WorkflowBundle> | undefined;
const root = new URL('../../../../', import.meta.url);
/** All that workflows are made of. */
const sources = [
  'packages/pipeline/src/',
  'packages/sdk/src/',
  'extensions/engine-temporal/src/',
  'package-lock.json',
];

/** The code of workflows: made once for the same sources, since that takes seconds. */
export function testBundle(): Promise<WorkflowBundle> {
  made ??= readOrMake(join(tmpdir(), `signalbox-workflows-${hashOfSources()}.js`));
  return made;
}

async function readOrMake(path: string): Promise<WorkflowBundle> {
  if (existsSync(path)) return { code: readFileSync(path, 'utf8') };
  const bundle = await bundleWorkflows(silentLog);
  // Another file of tests may do the same in this moment.
  const beside = `${path}.${process.pid}`;
  writeFileSync(beside, bundle.code);
  renameSync(beside, path);
  return bundle;
}

function hashOfSources(): string {
  const hash = createHash('sha256');
  for (const source of sources) {
    const place = new URL(source, root);
    const names = source.endsWith('/')
      ? readdirSync(place, { recursive: true, encoding: 'utf8' }).sort()
      : [''];
    for (const name of names) {
      const path = new URL(name, place);
      if (statSync(path).isFile()) hash.update(`${source}${name}\n`).update(readFileSync(path));
    }
  }
  return hash.digest('hex').slice(0, 16);
}

/** A hub whose runs are carried out by the Temporal at this address. */
export async function startTemporalHub(
  temporal: JsonObject & { readonly address: string },
  options: EngineHubOptions = {},
): Promise<EngineHub> {
  // Before the hub, so that no test waits for it.
  await testBundle();
  const given = options.settings?.['engine'];
  const engine = {
    pollMs: 50,
    graceMs: 500,
    ...(isJsonObject(given) ? given : {}),
    driver: 'temporal',
    temporal,
  };
  return startEngineHub({
    ...options,
    engine: makeEngineTemporal(testBundle),
    settings: { ...options.settings, engine },
  });
}
