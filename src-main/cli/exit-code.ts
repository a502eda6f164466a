/** 0 done, 1 the work found problems, 2 bad usage or input. */
export type ExitCode = 0 | 1 | 2;

/** Codes of errors that the caller's words, paths or files are to blame for, before any work began: exit code 2. */
const INPUT_ERRORS: ReadonlySet<string> = new Set([
  'usage',
  'bad-usage',
  'bad-request',
  'command.invalid',
  'project.missing',
  'project.several',
  'project.not-a-project',
  'project.empty',
  'project.damaged',
  'project.newer',
  'project.name',
  'project.drop-frame',
  'project.start',
  'project.exists',
  'bounce-empty',
  'bounce-folder',
  'bounce-project-folder',
  'bounce-over-source',
  'bounce-same-name',
  'bounce-exists',
]);

/** The exit code of a command line that ended with an error of this code. */
export function exitCodeOfError(code: string): ExitCode {
  return INPUT_ERRORS.has(code) ? 2 : 1;
}
