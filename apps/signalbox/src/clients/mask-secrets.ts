const secretName = /key|token|secret|passw|auth|bearer|header|credential/i;

/** The words of a command for a preview: what follows a telling option, and what looks like a key or holds one, is hidden. */
export function maskWords(words: readonly string[]): string[] {
  return words.map((word, index) => {
    const before = words[index - 1] ?? '';
    if (before.startsWith('-') && secretName.test(before) && !before.includes('=')) return '***';
    const assigned = /^([^=]+)=(.+)$/s.exec(word);
    if (assigned && secretName.test(assigned[1] ?? '')) return `${assigned[1]}=***`;
    return /^[a-z][a-z0-9+.-]*:\/\//i.test(word) ? maskUrl(word) : maskText(word);
  });
}

/** An address for a preview: no user, no password, no values of its query. */
export function maskUrl(text: string): string {
  const url = URL.parse(text);
  if (!url) return maskText(text);
  const names = [...new Set(url.searchParams.keys())].map((name) => `${name}=***`).join('&');
  return `${url.protocol}//${url.host}${maskText(url.pathname)}${names === '' ? '' : `?${names}`}`;
}

/** A text for a preview, with what looks like a key hidden. */
export function maskText(text: string): string {
  return text
    .replaceAll(/\b(Bearer|Basic)\s+[^\s"',]+/gi, '$1 ***')
    .replaceAll(/\b(?:sk|pk|ghp|gho|github_pat|glpat|xox[abp]|sbx|AKIA)[-_][A-Za-z0-9_-]{8,}/g, '***')
    .replaceAll(/[A-Za-z0-9_-]{24,}/g, (word) => (/\d/.test(word) && /[A-Za-z]/.test(word) ? '***' : word));
}
