/** Somebody has to sign in at an identity provider before the hub can go on for them; the message says why. */
export class IdentityNeeded extends Error {
  override readonly name = 'IdentityNeeded';
}
