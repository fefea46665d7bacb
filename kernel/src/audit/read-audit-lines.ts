import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { type AuditExportLine, isJsonObject, SignalboxError } from '@signalbox/sdk';
import { toRow } from './audit-entry.ts';
import type { AuditRow, CheckpointRow, TombstoneRow } from './audit-tables.ts';
import type { ChainName } from './chain-head.ts';
import type { ChainSource, SourceChain } from './chain-source.ts';
import { fromCheckpoint, fromTombstone } from './signed-texts.ts';

/** The chains of an export in NDJSON. Errors: `not_found` without the file, `invalid_params` for a line that is none. */
export async function exportSource(path: string): Promise<ChainSource> {
  const chains: SourceChain[] = [];
  const checkpoints: CheckpointRow[] = [];
  const tombstones: TombstoneRow[] = [];
  for await (const line of readAuditLines(path)) {
    if (line.type === 'chain') chains.push(toSourceChain(line));
    else if (line.type === 'checkpoint') checkpoints.push(fromCheckpoint(line));
    else if (line.type === 'tombstone') tombstones.push(fromTombstone(line));
    else if (!chains.some((chain) => isOf(line, chain)))
      chains.push({ org: line.org, node: line.node, publicKey: undefined });
  }
  return {
    chains: async () => chains,
    entries: (chain) => readEntries(path, chain),
    checkpoints: async (chain) => checkpoints.filter((each) => isOf(each, chain)),
    tombstones: async (chain) => tombstones.filter((each) => isOf(each, chain)),
  };
}

/** The checkpoints of an anchor file. Errors: `not_found`, `invalid_params`. */
export async function readAnchors(path: string): Promise<readonly CheckpointRow[]> {
  const anchors: CheckpointRow[] = [];
  for await (const line of readAuditLines(path))
    if (line.type === 'checkpoint') anchors.push(fromCheckpoint(line));
  return anchors;
}

async function* readEntries(path: string, chain: ChainName): AsyncGenerator<AuditRow> {
  for await (const line of readAuditLines(path))
    if (line.type === 'entry' && isOf(line, chain)) yield toRow(line);
}

async function* readAuditLines(path: string): AsyncGenerator<AuditExportLine> {
  const input = createReadStream(path, 'utf8');
  let number = 0;
  try {
    for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      number++;
      if (text.trim() !== '') yield parseLine(text, `${path}:${number}`);
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw new SignalboxError('not_found', `there is no file "${path}"; check its name`);
    throw error;
  } finally {
    input.destroy();
  }
}

const types: readonly unknown[] = ['chain', 'checkpoint', 'tombstone', 'entry'];

function parseLine(text: string, place: string): AuditExportLine {
  const value = parseJson(text);
  const isLine =
    isJsonObject(value) && types.includes(value['type']) && isText(value['org']) && isText(value['node']);
  const isEntry = isJsonObject(value) && isJsonObject(value['actor']) && isJsonObject(value['target']);
  // A field of a wrong form gives a hash or signature that does not fit, and is reported so.
  if (isLine && (value['type'] !== 'entry' || isEntry)) return value as unknown as AuditExportLine;
  throw new SignalboxError(
    'invalid_params',
    `${place} is no line of an audit; give a file "signalbox audit export" or audit.anchorFile has written`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isOf(line: ChainName, chain: ChainName): boolean {
  return line.org === chain.org && line.node === chain.node;
}

function toSourceChain(line: Extract<AuditExportLine, { type: 'chain' }>): SourceChain {
  const { org, node, publicKey, firstSeq, prevHash, untilSeq } = line;
  return {
    org,
    node,
    publicKey: publicKey === '' ? undefined : publicKey,
    ...(firstSeq > 1 ? { begins: { seq: firstSeq, prevHash } } : {}),
    ...(untilSeq === undefined ? {} : { untilSeq }),
  };
}
