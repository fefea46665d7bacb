import type { Migration } from '@signalbox/store';

/** The directory's schema; a text never changes once released. */
export const directoryMigrations: readonly Migration[] = [
  {
    id: 1,
    name: 'people, machines, organizations, roles and rules',
    sql: `
CREATE TABLE directory_clock (
  id INTEGER PRIMARY KEY,
  seq BIGINT NOT NULL,
  pruned_seq BIGINT NOT NULL
)
;;
INSERT INTO directory_clock (id, seq, pruned_seq) VALUES (1, 0, 0)
;;
CREATE TABLE directory_changes (
  seq BIGINT NOT NULL,
  position INTEGER NOT NULL,
  node TEXT NOT NULL,
  org TEXT,
  subject TEXT,
  kind TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (seq, position)
)
;;
CREATE TABLE directory_orgs (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  is_active INTEGER NOT NULL,
  created_at BIGINT NOT NULL
)
;;
INSERT INTO directory_orgs (id, name, is_active, created_at) VALUES ('local', 'local', 1, 0)
;;
CREATE TABLE directory_people (
  id TEXT PRIMARY KEY,
  login TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  email TEXT,
  is_active INTEGER NOT NULL,
  password_hash TEXT,
  created_at BIGINT NOT NULL
)
;;
CREATE TABLE directory_identities (
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  person TEXT NOT NULL REFERENCES directory_people (id),
  created_at BIGINT NOT NULL,
  PRIMARY KEY (issuer, subject)
)
;;
CREATE INDEX directory_identities_person ON directory_identities (person)
;;
CREATE TABLE directory_passkeys (
  id TEXT PRIMARY KEY,
  person TEXT NOT NULL REFERENCES directory_people (id),
  public_key TEXT NOT NULL,
  counter BIGINT NOT NULL,
  transports TEXT NOT NULL,
  label TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  last_used_at BIGINT
)
;;
CREATE INDEX directory_passkeys_person ON directory_passkeys (person)
;;
CREATE TABLE directory_memberships (
  org TEXT NOT NULL REFERENCES directory_orgs (id),
  person TEXT NOT NULL REFERENCES directory_people (id),
  roles TEXT NOT NULL,
  federated_roles TEXT NOT NULL,
  level TEXT,
  is_active INTEGER NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (org, person)
)
;;
CREATE INDEX directory_memberships_person ON directory_memberships (person)
;;
CREATE TABLE directory_teams (
  org TEXT NOT NULL REFERENCES directory_orgs (id),
  name TEXT NOT NULL,
  description TEXT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (org, name)
)
;;
CREATE TABLE directory_team_members (
  org TEXT NOT NULL,
  team TEXT NOT NULL,
  person TEXT NOT NULL,
  PRIMARY KEY (org, team, person),
  FOREIGN KEY (org, team) REFERENCES directory_teams (org, name),
  FOREIGN KEY (org, person) REFERENCES directory_memberships (org, person)
)
;;
CREATE INDEX directory_team_members_person ON directory_team_members (org, person)
;;
CREATE TABLE directory_services (
  id TEXT PRIMARY KEY,
  org TEXT NOT NULL REFERENCES directory_orgs (id),
  name TEXT NOT NULL,
  roles TEXT NOT NULL,
  level TEXT NOT NULL,
  is_active INTEGER NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE (org, name)
)
;;
CREATE TABLE directory_keys (
  id TEXT PRIMARY KEY,
  org TEXT NOT NULL REFERENCES directory_orgs (id),
  subject_kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  name TEXT NOT NULL,
  hash TEXT NOT NULL UNIQUE,
  scopes TEXT NOT NULL,
  grant_level TEXT NOT NULL,
  addresses TEXT,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  last_used_at BIGINT,
  revoked_at BIGINT
)
;;
CREATE INDEX directory_keys_subject ON directory_keys (org, subject)
;;
CREATE TABLE directory_invitations (
  id TEXT PRIMARY KEY,
  org TEXT NOT NULL REFERENCES directory_orgs (id),
  roles TEXT NOT NULL,
  token_hash TEXT NOT NULL UNIQUE,
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT
)
;;
CREATE TABLE directory_setup (
  token_hash TEXT PRIMARY KEY,
  expires_at BIGINT NOT NULL
)
;;
CREATE TABLE directory_roles (
  org TEXT NOT NULL REFERENCES directory_orgs (id),
  name TEXT NOT NULL,
  permissions TEXT NOT NULL,
  PRIMARY KEY (org, name)
)
;;
CREATE TABLE directory_rules (
  org TEXT NOT NULL REFERENCES directory_orgs (id),
  id TEXT NOT NULL,
  definition TEXT NOT NULL,
  PRIMARY KEY (org, id)
)
;;
INSERT INTO directory_rules (org, id, definition) VALUES ('local', 'what-roles-permit',
  '{"id":"what-roles-permit","effect":"allow","description":"Everything the roles permit; remove it to allow only what other rules name","isEnabled":true}')
;;
CREATE TABLE directory_policies (
  org TEXT PRIMARY KEY REFERENCES directory_orgs (id),
  version BIGINT NOT NULL
)
;;
INSERT INTO directory_policies (org, version) VALUES ('local', 1)
`,
  },
  {
    id: 2,
    name: 'wrong passwords, counted for all nodes',
    sql: `
CREATE TABLE directory_wrong_attempts (
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  times TEXT NOT NULL,
  rounds INTEGER NOT NULL,
  blocked_until BIGINT NOT NULL,
  forget_at BIGINT NOT NULL,
  PRIMARY KEY (kind, name)
)
;;
CREATE INDEX directory_wrong_attempts_old ON directory_wrong_attempts (kind, forget_at)
`,
  },
  {
    id: 3,
    name: 'organizations that were removed',
    sql: `
CREATE TABLE directory_removed_orgs (
  id TEXT PRIMARY KEY,
  removed_at BIGINT NOT NULL,
  forgotten_at BIGINT
)
`,
  },
];
