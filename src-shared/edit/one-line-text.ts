import { z } from 'zod';

/** Control characters and the line and paragraph separators: what breaks a line, a list or a terminal. */
const LINE_BREAKING = /[\p{Cc}\u2028\u2029]/u;
const LINE_BREAKING_RUNS = /[\p{Cc}\u2028\u2029]+/gu;

/** Text that a person gives on one line, such as a name: 1 to `longest` characters, none of them a control character. */
export function oneLineText(longest: number) {
  return z
    .string()
    .min(1)
    .max(longest)
    .refine((text) => !LINE_BREAKING.test(text), { error: 'must be one line without control characters' });
}

/**
 * Text of one line that came out of a file. Files hold what they hold, so control characters become a space instead of
 * refusing the file.
 */
export function oneLineFromFile(longest: number) {
  return z
    .string()
    .max(longest)
    .overwrite((text) => text.replace(LINE_BREAKING_RUNS, ' '));
}

/** Text of a file as a name of one line: control characters become a space, what is beyond `longest` is cut off. */
export function oneLineName(text: string, longest: number): string {
  const line = text.replace(LINE_BREAKING_RUNS, ' ').trim().slice(0, longest);
  // Half of a character that takes two units is none.
  return line.replace(/[\uD800-\uDBFF]$/, '').trimEnd();
}
