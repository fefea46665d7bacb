/**
 * The words of a text as an index keeps them: lower case, identifiers taken apart at `_`, `-`, `.` and changes of case,
 * endings of English removed. The same text always gives the same terms, so a query meets what was indexed.
 */
export function toTerms(text: string): string[] {
  const runs = text.normalize('NFKC').match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  return runs
    .flatMap(partsOf)
    .filter((word) => !unsaying.has(word))
    .map(stem);
}

/** Words that stand in nearly every description and tell none from another. */
const unsaying = new Set(
  'a an and are as at be by for from if in is it its of on or that the this to with you your'.split(' '),
);

/** A run of letters and digits: whole, and where its case changes in parts, so that "github" finds "GitHub" and "hub", too. */
function partsOf(run: string): string[] {
  if (unspaced.test(run)) return pairsOf(run.toLowerCase());
  const parts = run.split(/(?<=[\p{Ll}\p{N}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u);
  const whole = run.toLowerCase();
  return parts.length === 1 ? [whole] : [...parts.map((part) => part.toLowerCase()), whole];
}

// Written without spaces between words: pairs of characters stand for them.
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

function pairsOf(run: string): string[] {
  const characters = Array.from(run);
  if (characters.length === 1) return characters;
  return characters.slice(1).map((character, index) => `${characters[index]}${character}`);
}

/** Joins the forms of a word: plural, past, -ing. Rough on purpose; both sides are cut alike. */
function stem(word: string): string {
  if (word.length < 4 || !/^[a-z]+$/.test(word)) return word;
  const singular = withoutPlural(word);
  const base = withoutEnding(singular);
  return base.length >= 4 ? base.replace(/e$/, '') : base;
}

function withoutPlural(word: string): string {
  if (word.endsWith('ies')) return word.length > 4 ? `${word.slice(0, -3)}y` : word.slice(0, -1);
  if (/(?:ss|sh|ch|x|z)es$/.test(word)) return word.slice(0, -2);
  return /[^su]s$/.test(word) ? word.slice(0, -1) : word;
}

function withoutEnding(word: string): string {
  const cut = /^(.*[aeiouy].*)(?:ing|[^e]ed)$/.exec(word);
  if (!cut || word.length < 5) return word;
  const base = word.endsWith('ing') ? word.slice(0, -3) : word.slice(0, -2);
  if (!/[aeiouy]/.test(base) || base.length < 2) return word;
  return /([bdgmnprt])\1$/.test(base) && base.length > 3 ? base.slice(0, -1) : base;
}
