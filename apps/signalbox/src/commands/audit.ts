import type { Command } from 'commander';
import type { Run } from '../command.ts';
import { addAuditExport } from './audit-export.ts';
import { addAuditQuery } from './audit-query.ts';
import { addAuditTail } from './audit-tail.ts';
import { addAuditVerify } from './audit-verify.ts';

/** `audit`: what happened to the calls. */
export function addAudit(parent: Command, run: Run): void {
  const group = parent.command('audit').description('see, export and verify what happened to the calls');
  addAuditTail(group, run);
  addAuditQuery(group, run);
  addAuditExport(group, run);
  addAuditVerify(group, run);
}
