import { existsSync } from 'node:fs';
import { checkStore as checkStoreRoute } from '@signalbox/api';
import { toSignalboxError } from '@signalbox/sdk';
import type { CliContext } from '../cli-context.ts';
import { type Finding, fail, ok, warn } from './finding.ts';

/** Checks the store, through the hub when it runs. */
export async function checkStore(context: CliContext, isRunning: boolean): Promise<Finding> {
  try {
    const report = isRunning ? await throughHub(context) : await offline(context);
    if (report === undefined)
      return warn('store', 'there is none yet', 'start the hub once with "signalbox up"');
    if (report.isSound) return ok('store', `${report.dialect}, ${report.sizeBytes} bytes, sound`);
    const problems = report.problems.slice(0, 3).join('; ');
    return fail('store', `damaged: ${problems}`, 'restore a backup with "signalbox db restore FILE"');
  } catch (error) {
    const { code, message } = toSignalboxError(error);
    if (code === 'store_locked')
      return warn('store', message, 'another process holds it; see whether a hub runs');
    return code === 'unsupported' ? ok('store', message) : fail('store', message, 'see "signalbox db check"');
  }
}

async function throughHub(context: CliContext) {
  const client = await context.connect();
  return client.request(checkStoreRoute, {}, context);
}

async function offline(context: CliContext) {
  const [{ offlineStorePath }, store] = await Promise.all([
    import('../hub/offline-store.ts'),
    import('@signalbox/store-sqlite'),
  ]);
  const path = await offlineStorePath(context.clues);
  return existsSync(path) ? store.checkStore(path) : undefined;
}
