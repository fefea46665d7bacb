import type { AuditChainReport, AuditProblem } from '@signalbox/sdk';
import type { AuditRow, CheckpointRow, TombstoneRow } from './audit-tables.ts';
import type { ChainSource, SourceChain } from './chain-source.ts';
import { hashRow } from './hash-row.ts';
import { isSignedBy, nodeOf } from './node-key.ts';
import { checkpointText, tombstoneText } from './signed-texts.ts';

/** How far a reader of the chain has come. */
interface Progress {
  /** The entry that has to come next, and the hash it has to name. */
  readonly seq: number;
  readonly prevHash: string;
}

/**
 * Walks one chain from its beginning and gives the first thing that is wrong. `anchors` are checkpoints of the chain that
 * were kept elsewhere: only they, and the checkpoints in the store, can tell of entries cut off at the end, and only
 * they tell of a chain that was written anew with the node's own key.
 */
export async function verifyChain(
  source: ChainSource,
  chain: SourceChain,
  anchors: readonly CheckpointRow[] = [],
): Promise<AuditChainReport> {
  const [checkpoints, tombstones] = await Promise.all([source.checkpoints(chain), source.tombstones(chain)]);
  const found = { entries: 0, firstSeq: 0, lastSeq: 0 };
  const removed = tombstones.at(-1);
  const sealedThrough = [...checkpoints, ...anchors].reduce((far, { seq }) => Math.max(far, seq), 0);
  const problem =
    findKeyProblem(chain) ??
    findTombstoneProblem(chain, tombstones) ??
    findCheckpointProblem(chain, checkpoints, removed?.checkpoint ?? 0) ??
    findAnchorProblem(checkpoints, anchors, removed?.checkpoint ?? 0) ??
    (await walk(source, chain, { marks: marksOf(checkpoints, anchors), removed, found }));
  return {
    org: chain.org,
    node: chain.node,
    ...found,
    removedThrough: removed?.last_seq ?? 0,
    checkpoints: checkpoints.length,
    sealedThrough,
    ...(problem ? { problem } : {}),
  };
}

function findKeyProblem({ node, publicKey }: SourceChain): AuditProblem | undefined {
  if (publicKey === undefined) return problemAt('key', 1, `the public key of node ${node} is missing`);
  if (nodeOf(publicKey) === node) return undefined;
  return problemAt('key', 1, `the public key of node ${node} was replaced by another one`);
}

function findTombstoneProblem(
  { publicKey = '', begins }: SourceChain,
  tombstones: readonly TombstoneRow[],
): AuditProblem | undefined {
  let [seq, hash] = [1, ''];
  for (const stone of tombstones) {
    if (!isSignedBy(publicKey, tombstoneText(stone), stone.signature))
      return problemAt(
        'tombstone',
        stone.first_seq,
        `the tombstone of entries ${rangeOf(stone)} was altered or forged`,
      );
    const isNext = stone.first_seq === seq && stone.prev_hash === hash;
    if (!isNext && !begins)
      return problemAt('tombstone', seq, `the tombstone of the entries from ${seq} on is missing`);
    [seq, hash] = [stone.last_seq + 1, stone.last_hash];
  }
  return undefined;
}

/** Checkpoints are signed, and numbered without gaps. */
function findCheckpointProblem(
  { publicKey = '' }: SourceChain,
  checkpoints: readonly CheckpointRow[],
  removedThrough: number,
): AuditProblem | undefined {
  // Those removed with their entries may still be there.
  let next = Math.min(checkpoints[0]?.number ?? 1, removedThrough + 1);
  for (const mark of checkpoints) {
    if (mark.number !== next)
      return problemAt(
        'checkpoint',
        mark.seq,
        `checkpoint ${next} is missing; the next one is ${mark.number}`,
      );
    if (!isSignedBy(publicKey, checkpointText(mark), mark.signature))
      return problemAt(
        'checkpoint',
        mark.seq,
        `checkpoint ${mark.number} at entry ${mark.seq} was altered or forged`,
      );
    next++;
  }
  return undefined;
}

/** What was anchored had been kept in the store before. */
function findAnchorProblem(
  checkpoints: readonly CheckpointRow[],
  anchors: readonly CheckpointRow[],
  removedThrough: number,
): AuditProblem | undefined {
  const last = checkpoints.at(-1)?.number ?? removedThrough;
  const lost = anchors.find(({ number }) => number > last);
  if (!lost) return undefined;
  return problemAt(
    'checkpoint',
    lost.seq,
    `checkpoint ${lost.number} at entry ${lost.seq} is missing; an anchor has it`,
  );
}

/** Checkpoints and anchors in the order of the entries they swear to. */
function marksOf(checkpoints: readonly CheckpointRow[], anchors: readonly CheckpointRow[]): CheckpointRow[] {
  return [...checkpoints, ...anchors].sort((a, b) => a.seq - b.seq || a.number - b.number);
}

interface Walk {
  readonly marks: readonly CheckpointRow[];
  readonly removed: TombstoneRow | undefined;
  readonly found: { entries: number; firstSeq: number; lastSeq: number };
}

async function walk(source: ChainSource, chain: SourceChain, given: Walk): Promise<AuditProblem | undefined> {
  const { removed, found, marks } = given;
  let at = beginOf(chain, removed);
  let nextMark = marks.findIndex(({ seq }) => seq >= at.seq);
  if (nextMark < 0) nextMark = marks.length;
  let sworn = removed?.last_seq ?? at.seq - 1;
  let before: AuditRow | undefined;
  for await (const row of source.entries(chain)) {
    // What a tombstone stands for may not be gone yet.
    if (removed && row.seq <= removed.last_seq) continue;
    const problem = findRowProblem(row, at, before);
    if (problem) return problem;
    for (let mark = marks[nextMark]; mark?.seq === row.seq; mark = marks[++nextMark]) {
      if (mark.hash !== row.hash) return rewritten(sworn, mark);
      sworn = mark.seq;
    }
    before = row;
    at = { seq: row.seq + 1, prevHash: row.hash };
    found.entries++;
    found.firstSeq ||= row.seq;
    found.lastSeq = row.seq;
  }
  // Where an export ends is not signed; its checkpoints are.
  const unseen = marks.slice(nextMark).at(-1);
  const end = Math.max(unseen?.seq ?? 0, chain.untilSeq ?? 0);
  if (end < at.seq) return undefined;
  return problemAt(
    'truncated',
    at.seq,
    `entries ${at.seq} to ${end} are missing at the end; ${unseen ? `checkpoint ${unseen.number} swears to them` : 'the export names them'}`,
  );
}

function beginOf({ begins }: SourceChain, removed: TombstoneRow | undefined): Progress {
  if (begins && begins.seq > (removed?.last_seq ?? 0)) return { seq: begins.seq, prevHash: begins.prevHash };
  return removed ? { seq: removed.last_seq + 1, prevHash: removed.last_hash } : { seq: 1, prevHash: '' };
}

function findRowProblem(row: AuditRow, at: Progress, before: AuditRow | undefined): AuditProblem | undefined {
  if (row.seq > at.seq)
    return problemAt('deleted', at.seq, `${countOf(at.seq, row.seq - 1)} missing before entry ${row.seq}`);
  if (row.seq < at.seq) return problemAt('reordered', row.seq, `entry ${row.seq} is there twice`);
  const hash = hashRow(row);
  if (hash !== row.hash) return describeMismatch(row);
  if (row.prev_hash === at.prevHash) return undefined;
  const place = before?.seq ?? row.seq;
  return problemAt('altered', place, `entry ${place} was written anew: entry ${row.seq} follows another one`);
}

/** An entry that fits at another place was moved; any other was changed. */
function describeMismatch(row: AuditRow): AuditProblem {
  const first = Math.max(1, row.seq - searchedPlaces);
  for (let seq = first; seq <= row.seq + searchedPlaces; seq++)
    if (seq !== row.seq && hashRow({ ...row, seq }) === row.hash)
      return problemAt('reordered', row.seq, `entry ${seq} stands at the place of entry ${row.seq}`);
  return problemAt('altered', row.seq, `entry ${row.seq} (id ${row.id}) was altered: its hash does not fit`);
}

const searchedPlaces = 1_000;

function rewritten(sworn: number, mark: CheckpointRow): AuditProblem {
  return problemAt(
    'altered',
    sworn + 1,
    `entries were written anew between ${sworn + 1} and ${mark.seq}: checkpoint ${mark.number} swears to others`,
  );
}

function countOf(first: number, last: number): string {
  return first === last ? `entry ${first} is` : `entries ${first} to ${last} are`;
}

function rangeOf({ first_seq, last_seq }: TombstoneRow): string {
  return `${first_seq} to ${last_seq}`;
}

function problemAt(kind: AuditProblem['kind'], seq: number, message: string): AuditProblem {
  return { kind, seq, message };
}
