import { createHash } from 'node:crypto';
import type { EngineTables } from '@signalbox/runs';
import { SignalboxError } from '@signalbox/sdk';
import type { Database } from '@signalbox/store';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { z } from 'zod';
import { runOfWorkflow } from './handed-over.ts';

/** What is larger is kept in the store, and the history has its name. */
const maxInlineBytes = 64 * 1_024;
const encoding = 'signalbox/stored';

const kept = z.object({ metadata: z.record(z.string(), z.string()), data: z.string() });
const reference = z.object({ run: z.string(), ref: z.string() });

/** Keeps large values out of histories: beside their run in the store, with which they are removed. */
export class StoredPayloads implements PayloadCodec {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  encode: PayloadCodec['encode'] = (payloads, context) => {
    const workflow = context && 'workflowId' in context ? context.workflowId : undefined;
    if (workflow === undefined) return Promise.resolve(payloads);
    const run = runOfWorkflow(workflow);
    return Promise.all(payloads.map((each) => this.#encode(run, each)));
  };

  decode: PayloadCodec['decode'] = (payloads) => Promise.all(payloads.map((each) => this.#decode(each)));

  async #encode(run: string, payload: Payload): Promise<Payload> {
    const { data, metadata } = payload;
    if (!data || data.length < maxInlineBytes) return payload;
    const ref = `payload:${createHash('sha256').update(data).digest('base64url')}`;
    const named = Object.entries(metadata ?? {}).map(([name, value]) => [name, toText(value)]);
    const json = JSON.stringify({ metadata: Object.fromEntries(named), data: toText(data) });
    await this.#database
      .queries<EngineTables>()
      .insertInto('engine_values')
      .values({ run_id: run, ref, json })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return {
      metadata: { encoding: Buffer.from(encoding) },
      data: Buffer.from(JSON.stringify({ run, ref })),
    };
  }

  async #decode(payload: Payload): Promise<Payload> {
    if (Buffer.from(payload.metadata?.['encoding'] ?? []).toString() !== encoding) return payload;
    const { run, ref } = reference.parse(JSON.parse(Buffer.from(payload.data ?? []).toString()));
    const row = await this.#database
      .queries<EngineTables>()
      .selectFrom('engine_values')
      .select('json')
      .where('run_id', '=', run)
      .where('ref', '=', ref)
      .executeTakeFirst();
    if (!row) throw new SignalboxError('not_found', `a value of run ${run} is not in the store any more`);
    const { metadata, data } = kept.parse(JSON.parse(row.json));
    const named = Object.entries(metadata).map(([name, text]) => [name, Buffer.from(text, 'base64')]);
    return { metadata: Object.fromEntries(named), data: Buffer.from(data, 'base64') };
  }
}

function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
