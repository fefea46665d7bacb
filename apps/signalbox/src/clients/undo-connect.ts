import { rm } from 'node:fs/promises';
import { SignalboxError } from '@signalbox/sdk';
import type { CliContext } from '../cli-context.ts';
import { findHubUrl } from '../hub/find-hub.ts';
import { type Backup, keepBackup, readBackups } from './backup.ts';
import type { ClientFile } from './client-files.ts';
import { entryIn } from './connect-text.ts';
import { isSignalbox } from './is-signalbox.ts';
import { parseConfig } from './parse-config.ts';
import { readClientFile } from './read-client-file.ts';
import { showChange } from './show-change.ts';
import { undoText } from './undo-text.ts';
import { writeAtomic } from './write-atomic.ts';

/** Shows how our entry goes out of a client's file again, and does it when that is sure. */
export async function undoConnect(context: CliContext, target: ClientFile, isSure: boolean): Promise<void> {
  const { output } = context;
  const current = await readClientFile(target.path);
  if (current === undefined) {
    throw new SignalboxError('not_found', `there is no "${target.path}"; there is nothing to undo`);
  }
  const hubUrl = await findHubUrl(context.clues).catch(() => undefined);
  const backup = (await readBackups(target.path)).find((each) => isBeforeUs(each, target, hubUrl));
  const undone = undoText(current, backup?.before ?? 'unknown', target, hubUrl);
  output.note(`${target.path}\n\n`);
  output.result(showChange(current, undone === 'no-file' ? '' : undone.text));
  if (!isSure) return output.note('\nnothing was written; undo it with --yes\n');
  if (undone === 'no-file') await rm(target.path);
  else await writeUndone(target.path, undone);
  const isRestored = undone === 'no-file' || undone.isExact;
  if (isRestored && backup) await rm(backup.path, { force: true });
  output.note(
    isRestored ? '\nthe file is what it was before\n' : '\nour entry is gone; your other changes stay\n',
  );
}

async function writeUndone(path: string, undone: { text: string; isExact: boolean }): Promise<void> {
  if (!undone.isExact) await keepBackup(path, true, Date.now());
  await writeAtomic(path, undone.text);
}

/** The newest backup in which we are not is from before we connected. */
function isBeforeUs({ before }: Backup, target: ClientFile, hubUrl: string | undefined): boolean {
  if (before === 'no-file') return true;
  try {
    const entry = entryIn(parseConfig(before.text, target.syntax, target.path), target.container);
    return entry === undefined || !isSignalbox(entry, hubUrl);
  } catch {
    return false;
  }
}
