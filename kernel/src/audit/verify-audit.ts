import type { AuditReport } from '@signalbox/sdk';
import type { CheckpointRow } from './audit-tables.ts';
import type { ChainSource, SourceChain } from './chain-source.ts';
import { isSignedBy } from './node-key.ts';
import { checkpointText } from './signed-texts.ts';
import { verifyChain } from './verify-chain.ts';

/**
 * Verifies every chain of a source. Anchors are checkpoints kept elsewhere; those a chain's key has not signed are not
 * believed, and a chain that only anchors know is reported as missing.
 */
export async function verifyAudit(
  source: ChainSource,
  anchors: readonly CheckpointRow[] = [],
): Promise<AuditReport> {
  const chains = await source.chains();
  const reports = [];
  for (const chain of chains) reports.push(await verifyChain(source, chain, anchorsOf(chain, anchors)));
  for (const lost of lostChains(chains, anchors)) reports.push(reportLost(lost));
  return { isIntact: reports.every(({ problem }) => !problem), chains: reports };
}

function anchorsOf(
  { org, node, publicKey = '' }: SourceChain,
  anchors: readonly CheckpointRow[],
): CheckpointRow[] {
  return anchors.filter(
    (each) =>
      each.org === org && each.node === node && isSignedBy(publicKey, checkpointText(each), each.signature),
  );
}

/** The furthest anchor of each chain that is not there at all. */
function lostChains(chains: readonly SourceChain[], anchors: readonly CheckpointRow[]): CheckpointRow[] {
  const lost = new Map<string, CheckpointRow>();
  for (const anchor of anchors) {
    if (chains.some(({ org, node }) => org === anchor.org && node === anchor.node)) continue;
    const name = JSON.stringify([anchor.org, anchor.node]);
    if ((lost.get(name)?.seq ?? 0) < anchor.seq) lost.set(name, anchor);
  }
  return [...lost.values()];
}

function reportLost({ org, node, seq }: CheckpointRow): AuditReport['chains'][number] {
  const message = `the whole chain of node ${node} is missing; an anchor swears to entries 1 to ${seq}`;
  return {
    org,
    node,
    entries: 0,
    firstSeq: 0,
    lastSeq: 0,
    removedThrough: 0,
    checkpoints: 0,
    sealedThrough: seq,
    problem: { kind: 'truncated', seq: 1, message },
  };
}
