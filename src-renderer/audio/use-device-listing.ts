import { useCallback, useEffect, useRef, useState } from 'react';
import type { DeviceListing, EngineStatus } from '../../src-shared/engine/live-engine.ts';
import { reportOf } from '../app/connection.ts';
import { useSession } from '../app/session.ts';
import { attempt } from '../project/open-project.ts';
import { tellError } from '../ui/toasts.ts';

/** A driver that hangs takes the audio process with it; so long later there is another to ask. */
const ASK_AGAIN_MS = 3000;

/**
 * The devices of this machine, asked for anew whenever one was opened, closed, lost or found again: the list is fresh
 * only while none is open.
 */
export function useDeviceListing(status: EngineStatus | null): {
  readonly listing: DeviceListing | null;
  readonly isListing: boolean;
  /** Asks for it now; what goes wrong is told. */
  readonly list: () => void;
} {
  const { client } = useSession();
  const [listing, setListing] = useState<DeviceListing | null>(null);
  const [isListing, setIsListing] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const find = useCallback(async () => {
    setIsListing(true);
    try {
      setListing(await client.audio.devices());
    } finally {
      setIsListing(false);
    }
  }, [client]);
  const listAlong = useCallback(async () => {
    try {
      await find();
    } catch (error) {
      const report = reportOf(error);
      // That it ended is told in the status already.
      if (report.code === 'audio-process-ended') timer.current = setTimeout(() => void listAlong(), ASK_AGAIN_MS);
      else tellError(report, null, 'audio-devices');
    }
  }, [find]);
  const isOpening = status?.state === 'opening';
  const listedFor = `${status?.state} ${status?.deviceIsBack}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when `listedFor` is another.
  useEffect(() => {
    if (!isOpening) void listAlong();
    return () => {
      if (timer.current) clearTimeout(timer.current);
    };
  }, [listAlong, isOpening, listedFor]);
  return { listing, isListing, list: () => void attempt(find, 'audio-devices') };
}
