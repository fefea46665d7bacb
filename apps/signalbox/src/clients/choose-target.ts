import { resolve } from 'node:path';
import { SignalboxError } from '@signalbox/sdk';
import type { CliContext } from '../cli-context.ts';
import { type ClientFile, clientFiles, clientIds } from './client-files.ts';

/** The file of a client that is written. Errors: `usage` for an unknown client, or one without a project file. */
export function chooseTarget(
  { edge }: CliContext,
  client: string,
  options: { readonly project?: boolean; readonly file?: string },
): ClientFile {
  const own = clientFiles(edge).filter((file) => file.client === client && file.isReadOnly !== true);
  const [first] = own;
  if (!first) {
    throw new SignalboxError('usage', `no client is called "${client}"; use one of ${clientIds.join(', ')}`);
  }
  if (options.file !== undefined) return { ...first, path: resolve(edge.cwd, options.file) };
  if (options.project !== true) return first;
  const project = own.find(({ scope }) => scope === 'project');
  if (project) return project;
  throw new SignalboxError('usage', `"${client}" has no file for a folder; leave --project out`);
}
