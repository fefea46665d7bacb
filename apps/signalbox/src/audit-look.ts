import type { AuditItem } from '@signalbox/api';
import { type AuditFilter, auditFilters } from '@signalbox/sdk';
import type { Command } from 'commander';
import { cleanLine } from './terminal/clean-text.ts';
import type { Output } from './terminal/output.ts';
import { paint } from './terminal/paint.ts';
import type { Format, ListLook } from './terminal/print-items.ts';

/** The filters of the audit as options; each has the name its field has. */
export type AuditFilterOptions = { readonly [filter in AuditFilter]?: string };

const names = Object.keys(auditFilters) as AuditFilter[];

/** Adds an option for each filter. */
export function addAuditFilters(command: Command): Command {
  for (const name of names) command.option(`--${toFlag(name)} <value>`, auditFilters[name]);
  return command;
}

/** The filters among the options given. */
export function auditFiltersOf(options: AuditFilterOptions): AuditFilterOptions {
  return Object.fromEntries(
    names.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])),
  );
}

/** How entries look in a table. */
export const auditLook: ListLook<AuditItem> = {
  columns: [
    { title: 'TIME', of: ({ at }) => new Date(at).toISOString(), isWhole: true },
    { title: 'PHASE', of: ({ phase }) => phase },
    { title: 'WHO', of: whoOf },
    { title: 'BY', of: (entry) => entry.interface },
    { title: 'TARGET', of: ({ action, target }) => `${action} ${target.name}` },
    { title: 'OUTCOME', of: outcomeOf },
    { title: 'WHY', of: whyOf },
    { title: 'MS', of: ({ durationMs }) => durationMs?.toFixed(1), align: 'right' },
  ],
  idOf: ({ id }) => id,
  empty: 'no entry fits',
};

/** One entry on a line of its own. */
export function auditLine(output: Output, format: Format, entry: AuditItem): string {
  if (format === 'json' || format === 'jsonl') return `${JSON.stringify(entry)}\n`;
  if (format === 'id') return `${cleanLine(entry.id)}\n`;
  const head = paint(output, 'dim', new Date(entry.at).toISOString());
  const { action, target } = entry;
  const what = [whoOf(entry), entry.interface, action, target.name, outcomeOf(entry), whyOf(entry)];
  return `${head} ${what.map((word) => cleanLine(word)).join('  ')}\n`;
}

function whoOf({ actor, onBehalfOf = [] }: AuditItem): string {
  return [actor.id, ...onBehalfOf.map(({ id }) => id)].join(' for ');
}

function outcomeOf({ phase, outcome, code }: AuditItem): string {
  if (phase === 'intent') return 'begins';
  return code === undefined || code === outcome ? (outcome ?? '') : `${outcome} ${code}`;
}

function whyOf({ decision }: AuditItem): string {
  if (!decision) return '';
  return [decision.reason, ...decision.rules].join(' ');
}

function toFlag(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
