import type { Migration } from '@signalbox/store';

/** The tables of sign-in as the query builder knows them. Times are UTC milliseconds. */
export interface AuthTables {
  readonly auth_items: ItemRow;
  readonly auth_grants: GrantRow;
  readonly auth_tokens: TokenRow;
  readonly auth_clients: ClientRow;
  readonly auth_keys: KeyRow;
  readonly auth_sessions: SessionRow;
  readonly auth_revocations: RevocationRow;
  readonly auth_identities: IdentityRow;
}

/** A short-lived thing of the authorization server: a code, a refresh token, an interaction. */
export interface ItemRow {
  readonly model: string;
  /** Hashed, as are `uid` and `user_code`. */
  readonly id: string;
  readonly grant_id: string | null;
  readonly uid: string | null;
  readonly user_code: string | null;
  /** Sealed: it holds the id. */
  readonly payload: string;
  readonly expires_at: number | null;
  readonly consumed_at: number | null;
}

/** What a person has allowed a client. */
export interface GrantRow {
  readonly id: string;
  readonly org: string;
  readonly person: string;
  readonly client: string;
  readonly resource: string;
  /** Separated by spaces, as in OAuth. */
  readonly scopes: string;
  /** The highest level its tokens give. */
  readonly cap: string;
  readonly session: string;
  readonly amr: string;
  readonly auth_at: number;
  /** When the person said yes; the same for every grant made of one answer. */
  readonly consented_at: number;
  readonly is_remembered: number;
  readonly created_at: number;
  readonly expires_at: number;
  readonly revoked_at: number | null;
}

/** One access token that was issued, until its end. */
interface TokenRow {
  /** Hashed. */
  readonly jti: string;
  readonly grant_id: string | null;
  readonly org: string;
  readonly subject_kind: string;
  readonly subject: string;
  readonly client: string;
  readonly payload: string;
  readonly expires_at: number;
  readonly revoked_at: number | null;
}

/** A client that is registered here. */
export interface ClientRow {
  readonly id: string;
  readonly org: string;
  readonly name: string;
  readonly origin: string;
  /** The service account whose principal its own tokens give. */
  readonly service: string | null;
  /** Sealed client metadata (RFC 7591). */
  readonly metadata: string;
  readonly created_at: number;
  readonly used_at: number | null;
  /** When it goes if nobody uses it. */
  readonly expires_at: number | null;
}

/** A signing key, or a secret all nodes share. */
export interface KeyRow {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  /** Sealed private part. */
  readonly secret: string;
  readonly created_at: number;
  readonly changed_at: number;
}

/** A browser in which somebody is signed in. */
export interface SessionRow {
  /** Hashed. */
  readonly id: string;
  readonly person: string;
  readonly amr: string;
  readonly auth_at: number;
  readonly created_at: number;
  readonly expires_at: number;
  readonly agent: string;
  readonly revoked_at: number | null;
  /** JSON array: the organizations that were told of its beginning, and are of its end. */
  readonly orgs: string;
}

/** What an identity provider said of a person at their last sign-in. */
export interface IdentityRow {
  readonly person: string;
  readonly provider: string;
  /** Who they are there. */
  readonly subject: string;
  /** In the vault: ID token and refresh token. */
  readonly sealed: string;
  /** When the ID token ends. */
  readonly expires_at: number;
  readonly version: string;
  /** Until when one node has the right to renew it. */
  readonly lease_until: number;
}

/** One thing whose tokens are worth nothing any more, for the other nodes. */
interface RevocationRow {
  readonly id: string;
  readonly at: number;
  readonly kind: string;
  readonly value: string;
}

const tables = `create table auth_items (
  model text not null,
  id text not null,
  grant_id text,
  uid text,
  user_code text,
  payload text not null,
  expires_at bigint,
  consumed_at bigint,
  primary key (model, id)
)
;;
create index auth_items_grant on auth_items (grant_id)
;;
create index auth_items_uid on auth_items (uid)
;;
create index auth_items_user_code on auth_items (user_code)
;;
create index auth_items_expiry on auth_items (expires_at)
;;
create table auth_grants (
  id text primary key,
  org text not null,
  person text not null,
  client text not null,
  resource text not null,
  scopes text not null,
  cap text not null,
  session text not null,
  amr text not null,
  auth_at bigint not null,
  consented_at bigint not null,
  is_remembered int not null,
  created_at bigint not null,
  expires_at bigint not null,
  revoked_at bigint
)
;;
create index auth_grants_person on auth_grants (person, client)
;;
create index auth_grants_expiry on auth_grants (expires_at)
;;
create table auth_tokens (
  jti text primary key,
  grant_id text,
  org text not null,
  subject_kind text not null,
  subject text not null,
  client text not null,
  payload text not null,
  expires_at bigint not null,
  revoked_at bigint
)
;;
create index auth_tokens_grant on auth_tokens (grant_id)
;;
create index auth_tokens_expiry on auth_tokens (expires_at)
;;
create table auth_clients (
  id text primary key,
  org text not null,
  name text not null,
  origin text not null,
  service text,
  metadata text not null,
  created_at bigint not null,
  used_at bigint,
  expires_at bigint
)
;;
create table auth_keys (
  id text primary key,
  kind text not null,
  state text not null,
  secret text not null,
  created_at bigint not null,
  changed_at bigint not null
)
;;
create table auth_sessions (
  id text primary key,
  person text not null,
  amr text not null,
  auth_at bigint not null,
  created_at bigint not null,
  expires_at bigint not null,
  agent text not null,
  revoked_at bigint
)
;;
create index auth_sessions_person on auth_sessions (person)
;;
create table auth_revocations (
  id text primary key,
  at bigint not null,
  kind text not null,
  value text not null
)
;;
create index auth_revocations_at on auth_revocations (at)`;

const identities = `
create table auth_identities (
  person text not null,
  provider text not null,
  subject text not null,
  sealed text not null,
  expires_at bigint not null,
  version text not null,
  lease_until bigint not null,
  primary key (person, provider)
)`;

/** The schema of sign-in. */
export const authMigrations: readonly Migration[] = [
  { id: 1, name: 'sign-in', sql: tables },
  { id: 2, name: 'identities', sql: identities },
  {
    id: 3,
    name: 'whom a session is told to',
    sql: "alter table auth_sessions add column orgs text not null default '[]'",
  },
];
