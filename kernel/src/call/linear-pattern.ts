import { RE2JS } from 're2js';

/** What a JSON Schema validator needs of a compiled `pattern`. */
export interface LinearPattern {
  readonly test: (text: string) => boolean;
  /** What tells it from others: validators keep compiled patterns by it. */
  readonly toString: () => string;
}

/**
 * Compiles a pattern of a foreign schema so that matching takes time linear in the text: the engine of the language
 * can be made to run for years by a pattern such as `^(a+)+$`, and with it the whole hub.
 * Errors: SyntaxError for what is no pattern. What only that engine knows (look-ahead, back references) is not checked here; the upstream checks its own arguments.
 */
export function compileLinearPattern(pattern: string): LinearPattern {
  const compiled = tryCompile(pattern);
  const test = (text: string): boolean => compiled?.matcher(text).find() ?? true;
  return { test, toString: () => pattern };
}

function tryCompile(pattern: string): RE2JS | undefined {
  try {
    return RE2JS.compile(RE2JS.translateRegExp(pattern));
  } catch {
    // Compiling is safe where matching is not; what is no pattern at all makes the schema unusable.
    void new RegExp(pattern, 'u');
    return undefined;
  }
}
