import type { WebhookDefinition } from '@signalbox/api';
import { isSignalboxError, SignalboxError, type Viewer } from '@signalbox/sdk';
import { isAdministrator, requireStandIn, schedulerOf } from '../access.ts';
import type { Core } from '../core.ts';
import { isUsable, makeSecret } from '../secrets.ts';
import type { WantRow, WebhookRow } from '../store/webhook-tables.ts';
import { type Outgoing, readWebhook, type Webhook } from '../webhook.ts';

/**
 * Makes a webhook with the rights of who makes it, and gives its secret, which nobody sees again. Who may tell events makes ways in for
 * them; who may change tasks is told of what concerns theirs, and who administers the organization of everything. Errors: `forbidden`,
 * `conflict` for a name that is taken, `too_large` when there are too many, `address_refused`, `invalid_params` for a bad secret.
 */
export async function addWebhook(
  core: Core,
  viewer: Viewer,
  wanted: WebhookDefinition,
): Promise<{ readonly webhook: Webhook; readonly secret: string }> {
  const { webhooks, settings, clock } = core;
  const { org, kind, id: by } = viewer.principal;
  requireRights(core, viewer, wanted);
  const runAs = requireStandIn(viewer);
  if (wanted.direction === 'out') core.fetcher.check(new URL(wanted.url));
  const { secret: given, ...definition } = { secret: undefined, ...wanted };
  const secret = given ?? makeSecret(core.randomBytes(32));
  requireUsable(secret, definition.direction === 'in' ? definition.scheme : 'standard');
  if ((await webhooks.count(org)) >= settings.maxWebhooks)
    throw new SignalboxError(
      'too_large',
      `the organization has ${settings.maxWebhooks} webhooks already (webhooks.maxWebhooks); remove one first`,
    );
  const id = core.newId();
  const now = clock.now();
  const row: WebhookRow = {
    org,
    id,
    name: wanted.name,
    direction: wanted.direction,
    status: 'active',
    status_reason: null,
    definition: JSON.stringify(definition),
    run_as: JSON.stringify(runAs),
    created_kind: kind,
    created_by: by,
    secret: await core.secrets.seal(org, id, secret),
    old_secret: null,
    old_until: null,
    failing_since: null,
    failed_at: null,
    created_at: now,
    updated_at: now,
  };
  await insert(core, row, wanted.direction === 'out' ? wantsOf(wanted) : []);
  return { webhook: readWebhook(row), secret };
}

/** Errors: `invalid_params` for a secret its scheme cannot sign with. */
export function requireUsable(secret: string, scheme: Parameters<typeof isUsable>[1]): void {
  if (isUsable(secret, scheme)) return;
  throw new SignalboxError(
    'invalid_params',
    'this secret is too short, or not in the form its scheme has: at least 16 bytes; of Standard Webhooks "whsec_" and base64',
  );
}

function requireRights(core: Core, viewer: Viewer, wanted: WebhookDefinition): void {
  const tasks = schedulerOf(core);
  if (wanted.direction === 'in') return tasks.requirePermission(viewer, 'tasks:run');
  tasks.requirePermission(viewer, 'tasks:write');
  if (wanted.on.some((each) => each.startsWith('event:')) && !isAdministrator(core, viewer))
    throw new SignalboxError(
      'forbidden',
      'only who administers the organization may have others told of its events',
    );
}

/** What the store looks for when something happens. */
function wantsOf({ on, tasks = [''] }: Outgoing): readonly Pick<WantRow, 'kind' | 'task'>[] {
  const kinds = new Set(on.map((each) => (each.startsWith('event:') ? 'event' : each)));
  return [...kinds].flatMap((kind) =>
    kind === 'event' ? [{ kind, task: '' }] : tasks.map((task) => ({ kind, task })),
  );
}

async function insert(
  { webhooks }: Core,
  row: WebhookRow,
  wants: readonly Pick<WantRow, 'kind' | 'task'>[],
): Promise<void> {
  try {
    await webhooks.insert(row, wants);
  } catch (cause) {
    if (!isSignalboxError(cause) || cause.code !== 'conflict') throw cause;
    throw new SignalboxError('conflict', `there is a webhook "${row.name}" already; take another name`, {
      cause,
    });
  }
}
