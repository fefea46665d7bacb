/** How JSON text is laid out: one step of indentation, and what ends a line. */
export function styleOf(text: string): { readonly unit: string; readonly lineEnd: string } {
  const unit = /^([ \t]+)["{}[\]]/m.exec(text)?.[1] ?? '  ';
  return {
    unit: unit.startsWith('\t') ? '\t' : unit.slice(0, 8),
    lineEnd: text.includes('\r\n') ? '\r\n' : '\n',
  };
}
