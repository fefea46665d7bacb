import { resolve } from 'node:path';
import type {
  AuditEntry,
  AuditExportLine,
  AuditQuery,
  AuditReader,
  AuditReport,
  Clock,
  Log,
} from '@signalbox/sdk';
import type { Database } from '@signalbox/store';
import { CallIds } from '../call/call-ids.ts';
import type { CoreSettings } from '../config/core-settings.ts';
import { toEntry } from './audit-entry.ts';
import { type AuditDraft, auditMigrations } from './audit-tables.ts';
import { AuditWriter } from './audit-writer.ts';
import { storeSource } from './chain-source.ts';
import { Chains } from './chains.ts';
import { Checkpoints } from './checkpoints.ts';
import { closeOrphans } from './close-orphans.ts';
import { exportLines } from './export-lines.ts';
import { Followers } from './followers.ts';
import type { NodeKey } from './node-key.ts';
import { readAnchors } from './read-audit-lines.ts';
import { Retention } from './retention.ts';
import { selectEntries } from './select-entries.ts';
import { verifyAudit } from './verify-audit.ts';

/** What the audit works with. */
export interface AuditParts {
  readonly settings: CoreSettings['audit'];
  /** Folder `anchorFile` is relative to. */
  readonly dataDir: string;
  readonly key: NodeKey;
  readonly clock: Clock;
  readonly log: Log;
  /** False for a hub without a store, which writes nothing down. */
  readonly hasStore: boolean;
}

interface Opened {
  readonly database: Database;
  readonly checkpoints: Checkpoints;
  readonly retention: Retention;
}

/**
 * Writes down every call and event. Of what has side effects the intent is on disk before anything happens; all else waits a
 * moment for company, and nobody waits for it. What is written is chained, and the chains are signed.
 */
export class AuditLog implements AuditReader {
  readonly #parts: AuditParts;
  readonly #writer: AuditWriter;
  readonly #followers = new Followers();
  readonly #ids = new CallIds();
  #opened: Opened | undefined;

  constructor(parts: AuditParts) {
    this.#parts = parts;
    this.#writer = new AuditWriter({
      ...parts,
      onWritten: (rows) => {
        this.#followers.tell(rows);
        this.#opened?.checkpoints.noteGrowth();
      },
    });
  }

  /** True when calls with side effects are written down before they are made. */
  get hasIntents(): boolean {
    return this.#parts.hasStore && this.#parts.settings.intents === 'durable';
  }

  /** Connects the store, ends what an earlier run left open, and writes what was made before. */
  async open(database: Database): Promise<void> {
    await database.migrate('kernel', auditMigrations);
    const parts = { ...this.#parts, database, chains: new Chains({ ...this.#parts, database }) };
    const checkpoints = new Checkpoints({ ...parts, anchorFile: this.#anchorPath() });
    const retention = new Retention({ ...parts, keepDays: parts.settings.keepDays });
    this.#opened = { database, checkpoints, retention };
    await this.#closeOrphans(parts.chains, database);
    this.#writer.open({ database, chains: parts.chains });
    await checkpoints.start();
    retention.start();
  }

  /** Writes what waits, signs it, and lets go of the store. */
  readonly close = async (): Promise<void> => {
    await this.#writer.close();
    await this.#opened?.retention.stop();
    await this.#opened?.checkpoints.stop();
    this.#opened = undefined;
  };

  /** Adds an entry nobody waits for. An outcome is never dropped: there are no more of them than there were intents. */
  append(draft: AuditDraft): void {
    this.#writer.add(draft, draft.phase === 'whole');
  }

  /** Adds an intent; resolves when it is on disk. Errors: `audit_unavailable`; then it must not be done. */
  appendIntent(draft: AuditDraft): Promise<void> {
    return this.#writer.addDurably(draft);
  }

  /** The id of a new entry. */
  nextId(): string {
    return this.#ids.next(this.#parts.clock.now());
  }

  readonly droppedCount = (): number => this.#writer.dropped;

  readonly query = async (query: AuditQuery): Promise<readonly AuditEntry[]> => {
    await this.flush();
    if (!this.#opened) return [];
    return (await selectEntries(this.#opened.database, query)).map(toEntry);
  };

  readonly follow: AuditReader['follow'] = (selection, signal) => this.#followers.follow(selection, signal);

  readonly exportLines: AuditReader['exportLines'] = (selection) => this.#export(selection);

  readonly verify = async (org: string): Promise<AuditReport> => {
    await this.flush();
    const opened = this.#opened;
    if (!opened) return { isIntact: true, chains: [] };
    await opened.checkpoints.make(1);
    // The anchors first: a checkpoint is in the store before it is anchored.
    const path = this.#anchorPath();
    const anchors = path === undefined ? [] : await readAnchors(path);
    const own = anchors.filter((anchor) => anchor.org === org);
    return opened.retention.pausedFor(() => verifyAudit(storeSource(opened.database, org), own));
  };

  /** Writes everything that waits; resolves when it is on disk. */
  flush(): Promise<void> {
    return this.#writer.flush();
  }

  async *#export(selection: Parameters<AuditReader['exportLines']>[0]): AsyncGenerator<AuditExportLine> {
    await this.flush();
    if (this.#opened) yield* exportLines(this.#opened.database, selection);
  }

  async #closeOrphans(chains: Chains, database: Database): Promise<void> {
    const { clock, log } = this.#parts;
    const orgs = await chains.stored();
    await chains.ensure(orgs);
    for (const org of orgs) {
      const from = chains.heads().get(org)?.checkpoint.open_from ?? 1;
      const identify = (): { id: string; at: number } => ({ id: this.nextId(), at: clock.now() });
      const orphans = await closeOrphans(database, { org, node: chains.node }, from, identify);
      if (orphans.length === 0) continue;
      log.warn('calls of an earlier run have no known outcome', { org, calls: orphans.length });
      for (const orphan of orphans) this.append(orphan);
    }
  }

  #anchorPath(): string | undefined {
    const { settings, dataDir } = this.#parts;
    return settings.anchorFile === undefined ? undefined : resolve(dataDir, settings.anchorFile);
  }
}
