const minSecretLength = 6;
const mask = '***';

/** Knows every secret of this hub and takes it out of text on its way to a sink. */
export class Redactor {
  readonly #secrets = new Set<string>();
  #pattern: RegExp | undefined;

  /** Remembers values that must never be written. Very short ones are left out: they would blank out common text. */
  add(...secrets: readonly string[]): void {
    for (const secret of secrets) if (secret.length >= minSecretLength) this.#secrets.add(secret);
    const sorted = [...this.#secrets].sort((a, b) => b.length - a.length).map(escape);
    this.#pattern = sorted.length > 0 ? new RegExp(sorted.join('|'), 'g') : undefined;
  }

  /** The text without secrets; without keys of our own form, bearer tokens, private keys and credentials in URLs too. */
  readonly redact = (text: string): string => {
    let clean = this.#pattern ? text.replace(this.#pattern, mask) : text;
    // Every line of the log and every entry of the audit comes here, and nearly none holds any of these.
    if (clean.includes('sbx_')) clean = clean.replace(ownKey, mask);
    if (bearerWord.test(clean)) clean = clean.replace(bearer, `$1${mask}`);
    if (clean.includes('-----BEGIN ')) clean = clean.replace(privateKey, mask);
    if (clean.includes('://') && clean.includes('@')) clean = clean.replace(urlCredentials, `$1${mask}@`);
    return clean;
  };
}

const ownKey = /sbx_[a-z]+_[A-Za-z0-9_-]{16,}/g;
// RFC 7468 §2; one that was cut off goes to the end.
const privateKey =
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g;
// RFC 3986 §3.2.1: a user with a password, or a token in the user's place.
const urlCredentials =
  /([a-z][a-z0-9+.-]{0,30}:\/\/)(?:[^\s/?#@:"'\\<>]*:[^\s/?#@"'\\<>]*|[^\s/?#@:"'\\<>]{20,})@/gi;
const bearerWord = /bearer\s/i;
const bearer = /(bearer\s+)[A-Za-z0-9._~+/=-]{8,}/gi;

function escape(text: string): string {
  // A secret is looked for as it stands in JSON too.
  const plain = text.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
  const quoted = JSON.stringify(text)
    .slice(1, -1)
    .replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
  return plain === quoted ? plain : `${plain}|${quoted}`;
}
