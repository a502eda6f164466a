import { isInSync } from '../../../src-shared/edit/sync-relation.ts';
import type { ClipRow } from '../../../src-shared/model/rows.ts';
import type { Draft } from '../../project/draft.ts';
import type { Mirror } from '../../project/mirror.ts';
import { clipOfTake, layersOfTrack } from '../../takes/take-layers.ts';
import { STEM_COLORS } from '../stem-colors.ts';
import { type Lane, TAKE_LAYER_HEIGHT } from '../track-layout.ts';
import { layerIds, ofLayerId } from './layer-ids.ts';
import { packLane } from './pack-scene.ts';
import type { LaneClips, LaneShape } from './protocol.ts';

/** What a lane shows, packed for the worker: a track's clips, in the draft where it has them; or a row of its takes. */
export function laneClips(
  mirror: Mirror,
  draft: Draft | null,
  offline: ReadonlySet<number>,
  laneId: number,
): LaneClips {
  if (laneId < 0) return layerClips(mirror, offline, laneId);
  const { sampleRate } = mirror.clock();
  const shown = draft?.trackIds.has(laneId) ? draft : mirror;
  const offset = (clip: ClipRow) => {
    const relation = mirror.syncRelation(clip);
    return relation && (isInSync(relation, sampleRate) ? 0 : relation.errorSamples);
  };
  return packLane(laneId, shown.clipsOfTrack(laneId), shown.gainPointsOfTrack(laneId), mirror, offline, offset);
}

/** A row of takes below a lane, as clips: what is not on the timeline is muted. */
function layerClips(mirror: Mirror, offline: ReadonlySet<number>, layerId: number): LaneClips {
  const { trackId, row } = ofLayerId(layerId);
  const takes = layersOfTrack(mirror, trackId)[row] ?? [];
  const clips = takes.map((take) => clipOfTake(mirror, take));
  return packLane(layerId, clips, [], mirror, offline, () => null);
}

/** Where each lane lies and how it looks, with the rows of takes that are open below it. */
export function laneShapes(mirror: Mirror, lanes: readonly Lane[]): LaneShape[] {
  const anySolo = mirror.tracks().some((track) => track.soloed);
  return lanes.flatMap((lane) => {
    const { trackId, top, height } = lane;
    const track = mirror.get('track', trackId)!;
    const silent = track.muted || (anySolo && !track.soloed);
    const { channelCount } = track;
    const color = STEM_COLORS[track.stem];
    const layers = layerIds(lane).map((layerId, row) => ({
      trackId: layerId,
      top: top + height + row * TAKE_LAYER_HEIGHT,
      height: TAKE_LAYER_HEIGHT,
      color,
      channelCount,
      silent,
    }));
    return [{ trackId, top, height, color, channelCount, silent }, ...layers];
  });
}
