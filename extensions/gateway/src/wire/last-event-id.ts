/**
 * The id of an event as the header `Last-Event-ID` carries it: its bytes in UTF-8. Undefined for one that cannot be sent:
 * the empty one, which says that there is none, and one with control characters (HTML living standard, 9.2 "Server-sent
 * events"; RFC 9110 §5.5).
 */
export function toLastEventId(id: string): string | undefined {
  const bytes = Buffer.from(id, 'utf8').toString('latin1');
  return /^[\t\x20-\x7e\x80-\xff]+$/.test(bytes) ? bytes : undefined;
}
