import { useEffect } from 'react';
import { create, useStore } from 'zustand';
import type { EngineStatus } from '../../src-shared/engine/live-engine.ts';
import { useSession } from '../app/session.ts';
import { useRows } from '../project/open-project.ts';

/** The ids of sources, and of pictures, whose file is not where it should be. */
export const useOfflineSources = create<{
  readonly ids: ReadonlySet<number>;
  readonly pictureIds: ReadonlySet<number>;
}>(() => ({ ids: new Set(), pictureIds: new Set() }));

/**
 * Asks the host which sources are missing, again whenever sources change, a job may have found some, or the engine came
 * upon a file that it cannot play, or could again.
 */
export function useFollowOfflineSources(): void {
  const session = useSession();
  const sources = useRows('source');
  const pictures = useRows('picture');
  const finished = session.store((state) => state.jobs.filter((job) => job.state === 'done').length);
  const phase = session.store((state) => state.phase);
  const troubles = useStore(session.engine.store, ({ status }) => troubledPaths(status));
  // biome-ignore lint/correctness/useExhaustiveDependencies: a finished job or the engine may have found or missed files.
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
  }, [session, sources, pictures, finished, troubles, phase]);
}

/** Another text whenever the engine is in trouble with other files, whatever else of its state has changed. */
export function troubledPaths(status: Pick<EngineStatus, 'sourceTroubles'> | null): string {
  return (status?.sourceTroubles ?? []).map(({ path, trouble }) => `${trouble} ${path}`).join('\n');
}
