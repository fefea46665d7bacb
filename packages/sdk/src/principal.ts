/** Permission levels, lowest first: `none < public < trusted < anchor`. */
export const levels = ['none', 'public', 'trusted', 'anchor'] as const;

/** How far somebody or something is trusted. Necessary for a call, never sufficient. */
export type Level = (typeof levels)[number];

/** What a principal showed to prove who it is. */
export interface Credential {
  readonly kind: 'owner-key' | 'api-key' | 'access-token' | 'session' | 'local' | 'task';
  /** Names it without being it: the id of a key, the hash of a token's or session's id. */
  readonly id: string;
  /** The OAuth client that holds it. */
  readonly client?: string;
  /** How the person signed in (RFC 8176), e.g. `pwd`, `hwk`. */
  readonly amr?: readonly string[];
  /** UTC milliseconds. */
  readonly expiresAt?: number;
}

/** What can make a call. */
export const principalKinds = ['user', 'service', 'extension', 'anonymous'] as const;

/** Who makes a call: a person, a machine, an extension, or nobody known. */
export interface Principal {
  readonly kind: (typeof principalKinds)[number];
  readonly id: string;
  /** The organization every row and every decision about this principal belongs to. */
  readonly org: string;
  /** The principal's own level; what counts is {@link effectiveLevel}. */
  readonly level: Level;
  /** The highest level the credential in use may give; absent means no cap. */
  readonly grant?: Level;
  /** Its roles in the organization; what they permit is said by the policy. */
  readonly roles?: readonly string[];
  /** Its teams in the organization. */
  readonly teams?: readonly string[];
  /** What the credential in use allows; absent means everything the principal may do. */
  readonly scopes?: readonly string[];
  readonly credential?: Credential;
  /** Whom this principal acts for; a delegation never raises a level, and never adds a right. */
  readonly onBehalfOf?: Principal;
  /** Who else wanted what is done as this principal. It gives and takes no right; but nobody of them approves it. */
  readonly orderedBy?: readonly Orderer[];
}

/** Somebody, by kind and id, who had something done with the rights of somebody else. */
export type Orderer = Pick<Principal, 'kind' | 'id'>;

/** A way in, with the level its configuration gives it. */
export interface CallInterface {
  readonly name: 'http' | 'stdio' | 'api' | 'cli' | 'extension' | 'scheduler';
  readonly level: Level;
  /** The highest level of what is used through it, where what is administered through it may be higher. */
  readonly useLevel?: Level;
  /** Address the request came from, where there is one: for the record, never for a decision. */
  readonly address?: string;
}

/** Somebody, and the way they came in. */
export interface Viewer {
  readonly principal: Principal;
  readonly interface: CallInterface;
}

/** Somebody whose credential never ends: for what goes on, or has to be ended, when it has. */
export function withoutExpiry({ credential, onBehalfOf, ...principal }: Principal): Principal {
  return {
    ...principal,
    ...(credential ? { credential: withoutEnd(credential) } : {}),
    ...(onBehalfOf ? { onBehalfOf: withoutExpiry(onBehalfOf) } : {}),
  };
}

function withoutEnd({ expiresAt: _then, ...credential }: Credential): Credential {
  return credential;
}

/** Orders two levels: negative when `a` is lower. */
export function compareLevels(a: Level, b: Level): number {
  return levels.indexOf(a) - levels.indexOf(b);
}

/** The lowest of the given levels; `anchor` of none. */
export function lowestLevel(...given: readonly Level[]): Level {
  return given.reduce<Level>(
    (lowest, level) => (compareLevels(level, lowest) < 0 ? level : lowest),
    'anchor',
  );
}

/** What a principal may reach through an interface: the lowest of interface, user, grant and delegation. */
export function effectiveLevel(principal: Principal, through: CallInterface): Level {
  const delegation = principal.onBehalfOf ? effectiveLevel(principal.onBehalfOf, through) : 'anchor';
  return lowestLevel(through.level, principal.level, principal.grant ?? 'anchor', delegation);
}
