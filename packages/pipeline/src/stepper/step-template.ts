/** A path without the numbers of its iterations: `loop[3].send` as `loop[].send`. */
export function stepTemplate(path: string): string {
  return path.replaceAll(/\[\d+\]/g, '[]');
}

/** The steps around one, as templates, outermost first: of `loop[].pick.send` they are `loop` and `loop[].pick`. */
export function stepsAround(template: string): readonly string[] {
  const ids = template.split('.');
  return ids.slice(1).map((_, index) =>
    ids
      .slice(0, index + 1)
      .join('.')
      .replace(/(?:\[\])+$/, ''),
  );
}
