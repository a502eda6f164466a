import { ORPCError, ValidationError } from '@orpc/server';
import { type ErrorReport, TwopopError, toErrorReport } from '../../src-shared/rpc/error.ts';

type Call = { next: () => Promise<unknown>; path: readonly string[] };

/** The interceptor, on every transport, that lets nothing but the contract's typed error out. */
export async function reportErrors({ next, path }: Call): Promise<unknown> {
  try {
    return await next();
  } catch (error) {
    throw toContractError(error, path.join('.'));
  }
}

/** Anything thrown by a procedure as the contract's error; a wish that does not fit the contract is `bad-request`. */
export function toContractError(error: unknown, procedure: string): ORPCError<'TWOPOP', ErrorReport> {
  if (error instanceof ORPCError && error.code === 'TWOPOP') return error;
  return makeContractError(reportOf(error, procedure));
}

function reportOf(error: unknown, procedure: string): ErrorReport {
  if (error instanceof TwopopError) return error.toJSON();
  if (error instanceof ORPCError) {
    const cause = error.cause;
    if (error.code === 'BAD_REQUEST' && cause instanceof ValidationError) {
      const issues = cause.issues.slice(0, 5).map((issue) => {
        const at = (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
        return at ? `${at}: ${issue.message}` : issue.message;
      });
      return {
        code: 'bad-request',
        message: `The request “${procedure}” was not understood: ${issues.join('; ')}. Nothing was changed.`,
        remedy: 'Correct what is named and send it again.',
      };
    }
    if (cause instanceof TwopopError) return cause.toJSON();
    if (cause) return toErrorReport(cause);
  }
  console.error(`twopop: “${procedure}” failed:`, error);
  return toErrorReport(error);
}

function makeContractError(report: ErrorReport): ORPCError<'TWOPOP', ErrorReport> {
  return new ORPCError('TWOPOP', { defined: true, status: 400, message: report.message, data: report });
}
