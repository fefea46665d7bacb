/** What is known of the scopes of an upstream when they are chosen. */
export interface ScopeFacts {
  /** What its challenges have named. */
  readonly challenged: readonly string[];
  readonly configured: readonly string[];
  /** What its metadata lists. */
  readonly supported: readonly string[];
  /** Asked for before, so that a further scope does not cost those the account has. */
  readonly before: readonly string[];
  /** What the authorization server lists. */
  readonly serverScopes: readonly string[];
  /** True where a refresh token is of use. */
  readonly canRefresh: boolean;
}

/**
 * The scopes to ask for: what the challenge names and the settings, else what the upstream lists, else none (2026-07-28,
 * basic/authorization, "Scope Selection Strategy"), with all that was asked before; `offline_access` where the server has it.
 */
export function chooseScopes(facts: ScopeFacts): readonly string[] {
  const named = [...facts.configured, ...facts.challenged];
  const wanted = [...new Set([...facts.before, ...(named.length > 0 ? named : facts.supported)])];
  const wantsOffline = facts.canRefresh && wanted.length > 0 && facts.serverScopes.includes('offline_access');
  return wantsOffline ? [...new Set([...wanted, 'offline_access'])] : wanted;
}
