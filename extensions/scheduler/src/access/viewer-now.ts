import { type Directory, effectiveLevel, principalOfStandIn, standInFor, type Viewer } from '@signalbox/sdk';

/**
 * Somebody as they are known now, whose wish goes on longer than the credential it began with is good for. Undefined when they are not
 * there or not active any more; those nothing can be done for later are as they were.
 */
export async function viewerNow(
  directory: Directory | undefined,
  { principal, interface: through }: Viewer,
  purpose: string,
): Promise<Viewer | undefined> {
  const standIn = standInFor(principal, effectiveLevel(principal, through));
  if (!standIn) return { principal, interface: through };
  const now = await principalOfStandIn(directory, standIn, purpose);
  if (!now) return undefined;
  const { credential: _ofStandIn, ...rest } = now;
  if (!principal.credential) return { principal: rest, interface: through };
  const { expiresAt: _then, ...credential } = principal.credential;
  return { principal: { ...rest, credential }, interface: through };
}
