import { resolve } from 'node:path';
import { type AuditReport, SignalboxError, toSignalboxError } from '@signalbox/sdk';
import type { Command } from 'commander';
import type { CliContext } from '../cli-context.ts';
import { examples, type Run } from '../command.ts';
import { type ItemLook, printItem } from '../terminal/print-items.ts';

interface Options {
  readonly anchor?: string;
}

/** `audit verify`: walks the chains and says where the first thing is wrong. */
export function addAuditVerify(group: Command, run: Run): void {
  group
    .command('verify [export]')
    .description(
      'verify hashes, signatures and gaps of the hub, of its store while it stands, or of an export',
    )
    .option('--anchor <file>', 'checkpoints kept elsewhere (audit.anchorFile); the running hub knows its own')
    .addHelpText(
      'after',
      examples([
        'signalbox audit verify',
        'signalbox audit verify audit.ndjson --anchor /mnt/elsewhere/anchors.ndjson',
      ]),
    )
    .action((file: string | undefined, options: Options, command: Command) =>
      run(command, async (context) => {
        const report = await verify(context, file, options);
        printItem(context.output, context.format, report, look);
        return report.isIntact ? 0 : 1;
      }),
    );
}

async function verify(
  context: CliContext,
  file: string | undefined,
  { anchor }: Options,
): Promise<AuditReport> {
  const anchorPath = anchor === undefined ? undefined : resolve(context.edge.cwd, anchor);
  if (file !== undefined) {
    const { verifyExport } = await import('../verify-offline.ts');
    return verifyExport(resolve(context.edge.cwd, file), anchorPath);
  }
  const report = await throughHub(context);
  if (report && anchor !== undefined)
    throw new SignalboxError(
      'usage',
      'the running hub uses its own anchors; to use others, verify an export: "signalbox audit export --to FILE"',
    );
  if (report) return report;
  const { verifyStore } = await import('../verify-offline.ts');
  return verifyStore(context.clues, anchorPath);
}

async function throughHub(context: CliContext): Promise<AuditReport | undefined> {
  const { verifyAudit } = await import('@signalbox/api');
  try {
    const client = await context.connect();
    const { isIntact, chains } = await client.request(verifyAudit, {}, context);
    return {
      isIntact,
      chains: chains.map(({ problem, ...chain }) => ({ ...chain, ...(problem ? { problem } : {}) })),
    };
  } catch (error) {
    if (toSignalboxError(error).code === 'hub_unreachable') return undefined;
    throw error;
  }
}

const look: ItemLook<AuditReport> = {
  idOf: ({ isIntact }) => (isIntact ? 'intact' : 'damaged'),
  lines: ({ isIntact, chains }) => [
    ['audit', isIntact ? 'intact' : 'damaged'],
    ...chains.flatMap((chain) => [
      ['chain', `${chain.org} ${chain.node}`] as const,
      ['entries', `${chain.entries} (${chain.firstSeq} to ${chain.lastSeq})`] as const,
      [
        'removed',
        chain.removedThrough > 0 ? `up to ${chain.removedThrough}, for their age` : undefined,
      ] as const,
      [
        'signed',
        `up to ${chain.sealedThrough}, by ${chain.checkpoints} checkpoints; a cut behind it cannot be seen`,
      ] as const,
      [
        'problem',
        chain.problem && `${chain.problem.kind} at ${chain.problem.seq}: ${chain.problem.message}`,
      ] as const,
    ]),
  ],
};
