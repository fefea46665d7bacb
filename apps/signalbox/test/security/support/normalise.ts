/** What is read from a clock: two runs never agree about it. */
const times = [
  /\b\d{4}-\d\d-\d\dT[\d:.]+Z/g,
  /\b1[789]\d{11}\b/g,
  /"(?:durationMs|bytesIn|bytesOut|pid)":[\d.]+/g,
];

/** What is drawn: it differs, but what is equal in one run is equal in the other. */
const drawn = [
  /sbx_[a-z]+_[A-Za-z0-9_-]+/,
  /client-[A-Za-z0-9_-]{16}/,
  /"publicKey":"[^"]+"/,
  /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/,
  /\b[0-9a-f]{40}\b/,
  /\b[0-9a-f]{32}\b/,
  /(?<![\w-])[A-Za-z0-9_-]{43}(?![\w-])/,
  /(?<![\w-])[A-Za-z0-9_-]{86}(?![\w-])/,
  /http:\/\/127\.0\.0\.1:\d+/,
];
const pattern = new RegExp(drawn.map(({ source }) => source).join('|'), 'g');

/** What two runs of the same thing have in common: what is drawn is numbered as it first appears, times are left out. */
export function makeNormaliser(): (text: string) => string {
  const known = new Map<string, string>();
  const number = (found: string): string => {
    const name = known.get(found) ?? `#${known.size + 1}`;
    known.set(found, name);
    return name;
  };
  return (text) => times.reduce((all, time) => all.replace(time, '<time>'), text).replace(pattern, number);
}
