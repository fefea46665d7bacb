/** One row: its `seq` is the number of the last change, and whoever writes takes it first. */
interface ClockRow {
  readonly id: number;
  readonly seq: number;
  /** The changes up to this one are not kept any more. */
  readonly pruned_seq: number;
}

/** What other nodes have to hear of. */
export interface ChangeRow {
  readonly seq: number;
  readonly position: number;
  readonly node: string;
  readonly org: string | null;
  readonly subject: string | null;
  readonly kind: string;
  /** UTC milliseconds, as every instant here. */
  readonly created_at: number;
}

/** An organization. */
export interface OrgRow {
  readonly id: string;
  readonly name: string;
  readonly is_active: number;
  readonly created_at: number;
}

/** The id of an organization that is no more; nobody gets it again. */
interface RemovedOrgRow {
  readonly id: string;
  readonly removed_at: number;
  /** Null until every extension has forgotten it. */
  readonly forgotten_at: number | null;
}

/** A person of the hub. */
export interface PersonRow {
  readonly id: string;
  readonly login: string;
  readonly name: string;
  readonly email: string | null;
  readonly is_active: number;
  readonly password_hash: string | null;
  readonly created_at: number;
}

interface IdentityRow {
  readonly issuer: string;
  readonly subject: string;
  readonly person: string;
  readonly created_at: number;
}

/** A passkey of a person. */
export interface PasskeyRow {
  readonly id: string;
  readonly person: string;
  readonly public_key: string;
  readonly counter: number;
  /** JSON array. */
  readonly transports: string;
  readonly label: string;
  readonly created_at: number;
  readonly last_used_at: number | null;
}

/** A person's place in an organization. */
export interface MembershipRow {
  readonly org: string;
  readonly person: string;
  /** JSON array. */
  readonly roles: string;
  /** JSON object: issuer to roles. */
  readonly federated_roles: string;
  /** Null where the roles say it. */
  readonly level: string | null;
  readonly is_active: number;
  readonly created_at: number;
}

/** A team of an organization. */
export interface TeamRow {
  readonly org: string;
  readonly name: string;
  readonly description: string | null;
  readonly created_at: number;
}

interface TeamMemberRow {
  readonly org: string;
  readonly team: string;
  readonly person: string;
}

/** A service account. */
export interface ServiceRow {
  readonly id: string;
  readonly org: string;
  readonly name: string;
  readonly roles: string;
  readonly level: string;
  readonly is_active: number;
  readonly created_at: number;
}

/** An API key; of the key itself only its SHA-256. */
export interface KeyRow {
  readonly id: string;
  readonly org: string;
  readonly subject_kind: string;
  readonly subject: string;
  readonly name: string;
  readonly hash: string;
  readonly scopes: string;
  readonly grant_level: string;
  /** JSON array; null where it may come from anywhere. */
  readonly addresses: string | null;
  readonly created_at: number;
  readonly expires_at: number;
  readonly last_used_at: number | null;
  readonly revoked_at: number | null;
}

/** An invitation; of its token only the SHA-256. */
export interface InvitationRow {
  readonly id: string;
  readonly org: string;
  readonly roles: string;
  readonly token_hash: string;
  readonly created_by: string;
  readonly created_at: number;
  readonly expires_at: number;
  readonly used_at: number | null;
}

interface SetupRow {
  readonly token_hash: string;
  readonly expires_at: number;
}

interface RoleRow {
  readonly org: string;
  readonly name: string;
  /** JSON array. */
  readonly permissions: string;
}

interface RuleRow {
  readonly org: string;
  readonly id: string;
  /** JSON of a rule definition. */
  readonly definition: string;
}

interface PolicyRow {
  readonly org: string;
  readonly version: number;
}

interface WrongAttemptsRow {
  /** `account`, `address` or `own`. */
  readonly kind: string;
  /** A hash of the login, the address or the person's id. */
  readonly name: string;
  /** JSON array of instants. */
  readonly times: string;
  readonly rounds: number;
  readonly blocked_until: number;
  readonly forget_at: number;
}

/** The directory's tables. */
export interface DirectoryTables {
  readonly directory_clock: ClockRow;
  readonly directory_changes: ChangeRow;
  readonly directory_orgs: OrgRow;
  readonly directory_removed_orgs: RemovedOrgRow;
  readonly directory_people: PersonRow;
  readonly directory_identities: IdentityRow;
  readonly directory_passkeys: PasskeyRow;
  readonly directory_memberships: MembershipRow;
  readonly directory_teams: TeamRow;
  readonly directory_team_members: TeamMemberRow;
  readonly directory_services: ServiceRow;
  readonly directory_keys: KeyRow;
  readonly directory_invitations: InvitationRow;
  readonly directory_setup: SetupRow;
  readonly directory_roles: RoleRow;
  readonly directory_rules: RuleRow;
  readonly directory_policies: PolicyRow;
  readonly directory_wrong_attempts: WrongAttemptsRow;
}
