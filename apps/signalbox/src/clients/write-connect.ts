import { isDeepStrictEqual } from 'node:util';
import { SignalboxError } from '@signalbox/sdk';
import type { CliContext } from '../cli-context.ts';
import { keepBackup } from './backup.ts';
import { clientEntry, type Way } from './client-entry.ts';
import type { ClientFile } from './client-files.ts';
import { connectText, entryIn } from './connect-text.ts';
import { stdioWay } from './our-way.ts';
import { parseConfig } from './parse-config.ts';
import { readClientFile } from './read-client-file.ts';
import { showChange } from './show-change.ts';
import { writeAtomic } from './write-atomic.ts';

/** Shows how our entry goes into a client's file, and writes it when that is sure. */
export async function writeConnect(
  context: CliContext,
  target: ClientFile,
  { isSure, isHttp }: { readonly isSure: boolean; readonly isHttp: boolean },
): Promise<void> {
  const { output } = context;
  const entry = clientEntry(target.client, isHttp ? await httpWay(context) : stdioWay(context.clues));
  const text = await readClientFile(target.path);
  const current = entryIn(parseConfig(text ?? '', target.syntax, target.path), target.container);
  if (isDeepStrictEqual(current, entry)) return output.note(`"${target.path}" has this entry already\n`);
  const changed = connectText(text ?? '', target, entry);
  output.note(`${target.path}${text === undefined ? ' (a new file)' : ''}\n\n`);
  output.result(showChange(text ?? '', changed));
  if (!isSure) return output.note('\nnothing was written; write it with --yes\n');
  const backup = await keepBackup(target.path, text !== undefined, Date.now());
  await writeAtomic(target.path, changed);
  output.note(`\nwritten; what was there is kept in ${backup}\nstart ${target.client} anew to see it\n`);
}

async function httpWay(context: CliContext): Promise<Way> {
  const { findHub } = await import('../hub/find-hub.ts');
  const { url, key } = await findHub(context.clues);
  const address = URL.parse('mcp', url.endsWith('/') ? url : `${url}/`);
  if (address) return { kind: 'http', url: address.href, key };
  throw new SignalboxError('usage', `"${url}" is not an address of a hub; give one with --url`);
}
