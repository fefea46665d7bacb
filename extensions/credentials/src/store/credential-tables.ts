import type { Migration } from '@signalbox/store';

/** The tables of accounts at upstreams as the query builder knows them. */
export interface CredentialTables {
  readonly credential_accounts: AccountRow;
  readonly credential_clients: ClientRow;
  readonly credential_logins: LoginRow;
}

/** One account at one upstream: somebody's, or that of a whole organization. */
export interface AccountRow {
  readonly org: string;
  readonly upstream: string;
  /** `user:ID` or `service:ID`; empty for the account of the organization. */
  readonly subject: string;
  /** What the tokens are for; an upstream that has moved gets none of them. */
  readonly url_hash: string;
  readonly issuer: string;
  readonly resource: string;
  readonly state: string;
  /** Scopes asked for, separated by spaces. */
  readonly scopes: string;
  /** What the upstream said it wants, as JSON. */
  readonly challenge: string | null;
  readonly expires_at: number | null;
  /** Tokens and proof key, sealed. */
  readonly sealed: string | null;
  /** Another text after each change. */
  readonly version: string;
  /** Who renews the tokens now, and until when they may. */
  readonly lease: string | null;
  readonly lease_until: number;
  readonly updated_at: number;
}

/** How the hub is registered at one authorization server for one upstream. */
interface ClientRow {
  readonly org: string;
  readonly upstream: string;
  readonly issuer: string;
  readonly client_id: string;
  readonly redirect_uri: string;
  /** `settings` or `registered`. */
  readonly origin: string;
  readonly sealed: string;
  readonly created_at: number;
}

/** One sign-in that has begun. */
export interface LoginRow {
  /** Hash of the id in the link. */
  readonly id: string;
  readonly org: string;
  readonly upstream: string;
  readonly subject: string;
  /** The person who may open it; empty for whoever administers the organization. */
  readonly opener: string;
  /** Hash of the state, once the browser was sent on. */
  readonly state: string | null;
  /** Hash of the cookie of the browser that was sent on. */
  readonly browser: string | null;
  /** What is needed to finish, sealed. */
  readonly sealed: string | null;
  readonly expires_at: number;
}

/** The schema. */
export const credentialMigrations: readonly Migration[] = [
  {
    id: 1,
    name: 'accounts at upstreams',
    sql: `create table credential_accounts (
  org text not null,
  upstream text not null,
  subject text not null,
  url text not null,
  issuer text not null,
  resource text not null,
  state text not null,
  scopes text not null,
  challenge text,
  expires_at bigint,
  sealed text,
  version text not null,
  lease text,
  lease_until bigint not null,
  updated_at bigint not null,
  primary key (org, upstream, subject)
)
;;
create index credential_accounts_updated on credential_accounts (updated_at)
;;
create table credential_clients (
  org text not null,
  upstream text not null,
  issuer text not null,
  client_id text not null,
  redirect_uri text not null,
  origin text not null,
  sealed text not null,
  created_at bigint not null,
  primary key (org, upstream, issuer)
)
;;
create table credential_logins (
  id text not null primary key,
  org text not null,
  upstream text not null,
  subject text not null,
  opener text not null,
  state text,
  browser text,
  sealed text,
  expires_at bigint not null
)
;;
create unique index credential_logins_state on credential_logins (state)`,
  },
  {
    id: 2,
    name: 'addresses of upstreams as hashes',
    // The seals of the rows before are for addresses in clear; no released version has written any.
    sql: `delete from credential_accounts
;;
alter table credential_accounts rename column url to url_hash`,
  },
];
