import { useEffect } from 'react';
import { create } from 'zustand';
import { useSession } from '../app/session.ts';
import { useRows } from '../project/open-project.ts';

/** The ids of sources, and of pictures, whose file is not where it should be. */
export const useOfflineSources = create<{
  readonly ids: ReadonlySet<number>;
  readonly pictureIds: ReadonlySet<number>;
}>(() => ({ ids: new Set(), pictureIds: new Set() }));

/** Asks the host which sources are missing, again whenever sources change or a job may have found some. */
export function useFollowOfflineSources(): void {
  const session = useSession();
  const sources = useRows('source');
  const pictures = useRows('picture');
  const finished = session.store((state) => state.jobs.filter((job) => job.state === 'done').length);
  const phase = session.store((state) => state.phase);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a finished job may have found files again.
  useEffect(() => {
    let current = true;
    if (phase !== 'open') return;
    session.client.media.offlineSources().then(
      (offline) => {
        const idsOf = (pick: (file: (typeof offline)[number]) => number | null) =>
          new Set(offline.flatMap((file) => pick(file) ?? []));
        if (current)
          useOfflineSources.setState({
            ids: idsOf(({ sourceId }) => sourceId),
            pictureIds: idsOf(({ pictureId }) => pictureId),
          });
      },
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [session, sources, pictures, finished, phase]);
}
