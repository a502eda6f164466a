import { ORPCError } from '@orpc/server';
import type { ErrorReport } from '../../src-shared/rpc/error.ts';
import { errorReportSchema } from '../../src-shared/rpc/schemas.ts';

/** What the contract's typed error says; null for anything else. */
export function reportOfCall(error: unknown): ErrorReport | null {
  if (!(error instanceof ORPCError)) return null;
  return errorReportSchema.safeParse(error.data).data ?? null;
}
