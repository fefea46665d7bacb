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
    const states = await readPolicyStates(this.#rows(), org);
    const known = org === undefined ? [...this.#policies.keys()] : [org];
    for (const each of known) if (!states.has(each)) this.close(each);
    for (const [each, state] of states) this.#keep(each, state);
  }

  /** Allows nothing until the policy was read again. */
  close(org?: string): void {
    if (org === undefined) this.#policies.clear();
    else this.#policies.delete(org);
  }

  #keep(org: string, state: PolicyState): void {
    const known = this.#policies.get(org);
    // Two reads may end in another order than they began.
    if (known && known.version > state.version) return;
    if (state.broken.length > 0) {
      const rules = state.broken.join(', ');
      this.#log.error('rules cannot be read; nothing is allowed in their organization', { org, rules });
    }
    this.#policies.set(org, { version: state.version, policy: compile(org, state) });
  }
}

/** Reads what an organization has laid down; undefined where there is no such organization. */
export async function readPolicyState(
  rows: Kysely<DirectoryTables>,
  org: string,
): Promise<PolicyState | undefined> {
  return (await readPolicyStates(rows, org)).get(org);
}

/** The same of one organization or of all; the version is read first, so that no read is taken for newer than it is. */
async function readPolicyStates(
  rows: Kysely<DirectoryTables>,
  org: string | undefined,
): Promise<ReadonlyMap<string, PolicyState>> {
  const versions = rows.selectFrom('directory_policies').select(['org', 'version']);
  const rules = rows.selectFrom('directory_rules').select(['org', 'id', 'definition']).orderBy('id');
  const roles = rows.selectFrom('directory_roles').select(['org', 'name', 'permissions']).orderBy('name');
  const found = await (org === undefined ? versions : versions.where('org', '=', org)).execute();
  const ruleRows = await (org === undefined ? rules : rules.where('org', '=', org)).execute();
  const roleRows = await (org === undefined ? roles : roles.where('org', '=', org)).execute();
  const rulesOf = Map.groupBy(ruleRows, (row) => row.org);
  const customOf = Map.groupBy(roleRows, (row) => row.org);
  return new Map(
    found.map((row) => [
      row.org,
      {
        version: row.version,
        ...readRules(rulesOf.get(row.org) ?? []),
        roles: readRoles(customOf.get(row.org) ?? []),
      },
    ]),
  );
}

function readRules(
  rows: readonly { readonly id: string; readonly definition: string }[],
): Pick<PolicyState, 'rules' | 'broken'> {
  const read = rows.map(({ id, definition }) => ({ id, ...ruleDefinition.safeParse(parseJson(definition)) }));
  return {
    rules: read.flatMap(({ data }) => data ?? []),
    broken: read.flatMap(({ id, success }) => (success ? [] : [id])),
  };
}

function readRoles(
  rows: readonly { readonly name: string; readonly permissions: string }[],
): PolicyState['roles'] {
  return Object.fromEntries(
    rows.map(({ name, permissions }) => [name, readTexts(permissions).filter(isPermission)]),
  );
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
