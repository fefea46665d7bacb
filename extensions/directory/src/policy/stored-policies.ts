import {
  builtinRoles,
  isPermission,
  Policy,
  type PolicyBook,
  type RuleDefinition,
  ruleDefinition,
} from '@signalbox/policy';
import type { Log, Permission } from '@signalbox/sdk';
import type { Kysely } from 'kysely';
import type { DirectoryTables } from '../store/directory-tables.ts';
import { parseJson, readTexts } from '../store/stored-json.ts';

/** What an organization has laid down, as it stands in the store. */
export interface PolicyState {
  readonly version: number;
  readonly rules: readonly RuleDefinition[];
  readonly roles: { readonly [role: string]: readonly Permission[] };
  /** Ids of rules that cannot be read any more. */
  readonly broken: readonly string[];
}

const nothing = new Policy({ version: 'none', rules: [] });

/** The policies of all organizations, compiled and at hand. */
export class StoredPolicies implements PolicyBook {
  readonly #rows: () => Kysely<DirectoryTables>;
  readonly #log: Log;
  readonly #policies = new Map<string, { readonly policy: Policy; readonly version: number }>();

  constructor(rows: () => Kysely<DirectoryTables>, log: Log) {
    this.#rows = rows;
    this.#log = log;
  }

  readonly of = (org: string): Policy => this.#policies.get(org)?.policy ?? nothing;

  /** The organizations whose policies are at hand. */
  orgs(): readonly string[] {
    return [...this.#policies.keys()];
  }

  /** Reads one organization's policy anew, or everybody's. An organization whose policy cannot be read may nothing. */
  async load(org?: string): Promise<void> {
    if (org !== undefined) return this.#loadOne(org);
    const stored = await this.#rows().selectFrom('directory_policies').select('org').execute();
    const orgs = new Set(stored.map((row) => row.org));
    for (const known of this.#policies.keys()) if (!orgs.has(known)) this.#policies.delete(known);
    for (const each of orgs) await this.#loadOne(each);
  }

  /** Allows nothing until the policy was read again. */
  close(org?: string): void {
    if (org === undefined) this.#policies.clear();
    else this.#policies.delete(org);
  }

  async #loadOne(org: string): Promise<void> {
    const state = await readPolicyState(this.#rows(), org);
    if (!state) return this.close(org);
    const known = this.#policies.get(org);
    // Two reads may end in another order than they began.
    if (known && known.version > state.version) return;
    if (state.broken.length > 0)
      this.#log.error('rules cannot be read; nothing is allowed', brokenOf(org, state));
    this.#policies.set(org, { version: state.version, policy: compile(org, state) });
  }
}

/** Reads what an organization has laid down; undefined where there is no such organization. */
export async function readPolicyState(
  rows: Kysely<DirectoryTables>,
  org: string,
): Promise<PolicyState | undefined> {
  const policy = await rows
    .selectFrom('directory_policies')
    .select('version')
    .where('org', '=', org)
    .executeTakeFirst();
  if (!policy) return undefined;
  const ruleRows = await rows
    .selectFrom('directory_rules')
    .select(['id', 'definition'])
    .where('org', '=', org)
    .orderBy('id')
    .execute();
  const roleRows = await rows
    .selectFrom('directory_roles')
    .select(['name', 'permissions'])
    .where('org', '=', org)
    .orderBy('name')
    .execute();
  const read = ruleRows.map(({ id, definition }) => ({
    id,
    ...ruleDefinition.safeParse(parseJson(definition)),
  }));
  return {
    version: policy.version,
    rules: read.flatMap(({ data }) => data ?? []),
    broken: read.flatMap(({ id, success }) => (success ? [] : [id])),
    roles: Object.fromEntries(
      roleRows.map(({ name, permissions }) => [name, readTexts(permissions).filter(isPermission)]),
    ),
  };
}

/** Names a state of an organization's policy. */
export function versionText(org: string, version: number): string {
  return `${org}-${version}`;
}

/** True for a role every organization has. */
export function isBuiltinRole(name: string): boolean {
  return Object.hasOwn(builtinRoles, name);
}

function compile(org: string, { version, rules, roles, broken }: PolicyState): Policy {
  // A rule that cannot be read may have been one that denies: without it nothing may be allowed.
  return new Policy({ version: versionText(org, version), rules: broken.length > 0 ? [] : rules, roles });
}

function brokenOf(org: string, { broken }: PolicyState) {
  return { org, rules: broken.join(', ') };
}
