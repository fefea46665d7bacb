import { exportSource, readAnchors, storeSource, verifyAudit } from '@signalbox/kernel';
import type { AuditReport } from '@signalbox/sdk';
import { openSqliteStore } from '@signalbox/store-sqlite';
import type { HubClues } from './hub/hub-location.ts';
import { existingStorePath } from './hub/offline-store.ts';

/** Verifies an export. Errors: `not_found`, `invalid_params` for a file that is none. */
export async function verifyExport(path: string, anchorPath: string | undefined): Promise<AuditReport> {
  return verifyAudit(await exportSource(path), await anchorsAt(anchorPath));
}

/** Verifies the store file of a hub that does not run, all organizations. Errors: `store_locked`, `not_found`. */
export async function verifyStore(clues: HubClues, anchorPath: string | undefined): Promise<AuditReport> {
  await using store = await openSqliteStore({ path: await existingStorePath(clues) });
  return await verifyAudit(storeSource(store.database), await anchorsAt(anchorPath));
}

async function anchorsAt(path: string | undefined) {
  return path === undefined ? [] : await readAnchors(path);
}
