import type { ErrorReport } from '../../src-shared/rpc/error.ts';
import type { BounceRequest } from '../../src-shared/rpc/schemas.ts';
import { reportOf } from '../app/connection.ts';
import { numberedName } from './bounce-request.ts';

/** Sends a request to the host; rejects with what `reportOf` reads. */
type SendBounce = (request: BounceRequest) => Promise<unknown>;

/** Names that are tried before a bounce is given up beside those that are there. */
const MOST_NAMES = 100;

/**
 * Starts a bounce. Resolves to null when it was started, or to the host's word that files of its name are there
 * (`bounce-exists`); rejects with every other failure.
 */
export async function startBounce(send: SendBounce, request: BounceRequest): Promise<ErrorReport | null> {
  try {
    await send(request);
    return null;
  } catch (error) {
    const report = reportOf(error);
    if (report.code !== 'bounce-exists') throw error;
    return report;
  }
}

/** Starts a bounce under the next number at which nothing is there; both it and what was there are kept. */
export async function startBounceBeside(send: SendBounce, request: BounceRequest): Promise<ErrorReport | null> {
  let taken: ErrorReport | null = null;
  let name = request.name;
  for (let tried = 0; tried < MOST_NAMES; tried++) {
    name = numberedName(name);
    taken = await startBounce(send, { ...request, name });
    if (!taken) return null;
  }
  return taken;
}
