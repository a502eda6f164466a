import { useCallback, useRef, useState } from 'react';
import { useOfflineSources } from '../media/offline-sources.ts';
import { placeSource } from '../media/place-source.ts';
import { SOURCE_DRAG_TYPE } from '../media/source-drag.ts';
import { useUnderway } from '../media/underway.ts';
import { useProject } from '../project/open-project.ts';
import type { TimelineStage } from '../timeline/canvas/stage.ts';
import { pixelOfSample, sampleAtPixel } from '../timeline/coordinates.ts';
import { snapSample } from '../timeline/snap.ts';
import { Timeline } from '../timeline/Timeline.tsx';
import { headerRows, laneIndexAt } from '../timeline/track-layout.ts';
import { useSession } from './session.ts';

/** Where a source from the bin would fall: a track (null below the last), a time, and the line that shows it. */
type DropPlace = { readonly trackId: number | null; readonly sample: number; readonly linePixels: number };

/** The timeline, which also takes sources dragged from the bin. */
export function TimelineDock() {
  const project = useProject();
  const session = useSession();
  const offline = useOfflineSources((state) => state.ids);
  const media = session.store((state) => state.media);
  const underway = useUnderway();
  const stage = useRef<TimelineStage | null>(null);
  const [place, setPlace] = useState<DropPlace | null>(null);
  const setStage = useCallback((made: TimelineStage | null) => {
    stage.current = made;
  }, []);

  const placeOf = (event: React.DragEvent<HTMLElement>): DropPlace | null => {
    const box = event.currentTarget.querySelector('.timeline-stage')?.getBoundingClientRect();
    if (!box || !stage.current) return null;
    const { mirror } = project;
    const view = project.view.getState();
    const lanes = stage.current.lanes();
    const y = event.clientY - box.top - headerRows(view.showFeetFrames).lanesTop + view.scrollTop;
    const lane = lanes[Math.max(0, laneIndexAt(lanes, y))];
    const sample = snapSample(Math.max(0, sampleAtPixel(event.clientX - box.left, view)), {
      mirror,
      view,
      trackIds: lanes.map(({ trackId }) => trackId),
      except: new Set(),
    }).sample;
    const left = box.left - event.currentTarget.getBoundingClientRect().left;
    return { trackId: lane?.trackId ?? null, sample, linePixels: left + pixelOfSample(sample, view) };
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping has its keys: Enter in the bin places at the cursor.
    <div
      className="work-timeline"
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes(SOURCE_DRAG_TYPE) || project.info.readOnly) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = 'copy';
        setPlace(placeOf(event));
      }}
      onDragLeave={() => setPlace(null)}
      onDrop={(event) => {
        const id = Number(event.dataTransfer.getData(SOURCE_DRAG_TYPE));
        setPlace(null);
        const source = id > 0 ? project.mirror.get('source', id) : null;
        const at = placeOf(event);
        if (!source || !at || project.info.readOnly) return;
        event.preventDefault();
        void placeSource(project, source, at.sample, at.trackId);
      }}
    >
      {media ? (
        <Timeline
          context={project.timeline}
          media={media}
          offlineSourceIds={offline}
          underway={underway}
          onStage={setStage}
        />
      ) : null}
      {place ? <div className="drop-line" style={{ left: place.linePixels }} /> : null}
    </div>
  );
}
