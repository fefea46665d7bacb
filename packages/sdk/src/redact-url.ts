/** What stands where something secret was. */
export const redacted = '[redacted]';

/**
 * An address as it may be shown: without user, password and the values of its query. A text that is no address, or holds
 * nothing of that, is itself.
 */
export function redactUrl(text: string): string {
  if (!/^[a-z][a-z0-9+.-]*:\/\/[^?]*[@?]/i.test(text)) return text;
  if (!URL.canParse(text)) return withoutSecretParts(text);
  const url = new URL(text);
  if (url.username === '' && url.password === '' && url.search === '') return text;
  if (url.username !== '' || url.password !== '') {
    url.username = redacted;
    url.password = '';
  }
  const query = [...new Set(url.searchParams.keys())].map((key): [string, string] => [key, redacted]);
  url.search = new URLSearchParams(query).toString();
  return url.href.replaceAll(encodeURIComponent(redacted), redacted);
}

/** Of what looks like an address and cannot be read, less is shown rather than more. */
function withoutSecretParts(text: string): string {
  return text.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/]*@/i, `$1${redacted}@`).replace(/\?.*$/s, `?${redacted}`);
}
