/**
 * The one shape in which anything that went wrong reaches a person: what happened and what was kept (`message`),
 * what to do next (`remedy`), and a stable `code` for programs and tests.
 */
export type ErrorReport = { readonly code: string; readonly message: string; readonly remedy: string };

/** An error with a code and a remedy. Thrown anywhere in the product, sent as it is over every transport. */
export class TwopopError extends Error {
  readonly code: string;
  readonly remedy: string;

  constructor(report: ErrorReport, options?: { cause?: unknown }) {
    super(report.message, options);
    this.name = 'TwopopError';
    this.code = report.code;
    this.remedy = report.remedy;
  }

  toJSON(): ErrorReport {
    return { code: this.code, message: this.message, remedy: this.remedy };
  }
}

/** Turns anything thrown into an {@link ErrorReport}; unknown errors keep their message under code `internal`. */
export function toErrorReport(error: unknown): ErrorReport {
  if (error instanceof TwopopError) return error.toJSON();
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: 'internal',
    message: `Something unexpected went wrong: ${message}`,
    remedy: 'Nothing committed before this was lost. Try again; if it happens again, report it with the log.',
  };
}
