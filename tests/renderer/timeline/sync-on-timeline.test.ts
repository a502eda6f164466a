import { describe, expect, it } from 'vitest';
import { relationWords } from '../../../src-renderer/timeline/AccessibleGrid.tsx';
import { hitTest } from '../../../src-renderer/timeline/hit-test.ts';
import { relatedTracks } from '../../../src-renderer/timeline/related-tracks.ts';
import { TIMELINE_ACTIONS } from '../../../src-renderer/timeline/timeline-actions.ts';
import { chooseGesture } from '../../../src-renderer/timeline/tools/choose-gesture.ts';
import { headerRows, layOutLanes } from '../../../src-renderer/timeline/track-layout.ts';
import type { Command } from '../../../src-shared/edit/commands.ts';
import { matchRow, sourceRow } from '../../support/document-samples.ts';
import { localTimeline } from '../../support/local-timeline.ts';
import { clipRow, FRAME, rowsWith } from './timeline-rows.ts';

/**
 * A camera's scratch (clip 1, track 3) at 96,000 and its recorder's clip (2, track 1), which belongs where it lies: the
 * camera's start is 10 s into the recorder's file.
 */
function syncedTimeline(lateSamples = 0) {
  const rows = rowsWith(
    [
      clipRow(1, 3, 96_000, { sourceId: 2, sourceInSample: 0, lengthSamples: 240_000 }),
      clipRow(2, 1, 96_000 + lateSamples, { sourceInSample: 480_000, lengthSamples: 240_000, syncMatchId: 1 }),
      clipRow(3, 2, 900_000),
    ],
    {
      source: [
        sourceRow(1, { name: 'BOOM', lengthSamples: 4_800_000 }),
        sourceRow(2, { name: 'A001', role: 'camera', lengthSamples: 240_000 }),
      ],
      sync_match: [
        matchRow(1, {
          cameraSourceId: 2,
          recorderSourceId: 1,
          status: 'accepted',
          offsetSamplesAt48k: 480_000,
          driftPpm: 0,
        }),
      ],
    },
  );
  const timeline = localTimeline(rows, { samplesPerPixel: 200, viewportWidth: 2000, activeTrackId: 1 });
  const { mirror } = timeline;
  return {
    ...timeline,
    error: () => mirror.syncRelation(mirror.get('clip', 2)!)?.errorSamples ?? null,
    words: (id: number) => relationWords(mirror.get('clip', id)!, timeline.context),
    run: (id: string) => TIMELINE_ACTIONS.find((action) => action.id === id)!.run(timeline.context),
    drag: (byPixels: number, keys: { alt?: boolean; control?: boolean } = {}) => {
      const lanes = layOutLanes(mirror.tracks(), timeline.view.getState());
      const pointer = (x: number) => ({
        x,
        y: headerRows(false).lanesTop + 50,
        shift: false,
        alt: false,
        control: false,
        ...keys,
      });
      const from = pointer(900);
      const hit = hitTest(from.x, from.y, mirror, timeline.view.getState(), lanes);
      return chooseGesture(hit, { context: timeline.context, lanes, pointer: from })!.update(pointer(900 + byPixels));
    },
  };
}

describe('a synced clip on the timeline', () => {
  it('says that it is in sync, out of it by how much, or out of it on purpose', async () => {
    const { words, run, view } = syncedTimeline(2 * FRAME);
    expect(words(2)).toBe('out of sync +2 fr');
    expect(words(3)).toBe('');
    view.getState().selectClips([2]);
    await run('clip.toggleAsync');
    expect(words(2)).toBe('asynchronous on purpose +2 fr');
    await run('clip.togglePolarity');
    expect(words(2)).toBe('asynchronous on purpose +2 fr, polarity inverted');
    await run('clip.toggleAsync');
    await run('clip.togglePolarity');
    expect(words(2)).toBe('out of sync +2 fr');
    expect(syncedTimeline().words(2)).toBe('in sync');
  });

  it('goes back into sync by an action, which says so where there is nothing to go back to', async () => {
    const { run, view, error, notices } = syncedTimeline(-1234);
    view.getState().selectClips([2, 3]);
    await run('clip.resync');
    expect(error()).toBe(0);
    view.getState().selectClips([3]);
    await run('clip.resync');
    expect(notices.map(({ message }) => message)).toEqual(['None of these clips was placed by sync.']);
  });

  it('says while it is dragged how far it would be, and snaps back near its place', () => {
    const { drag } = syncedTimeline(10 * FRAME);
    expect(drag(40).readout).toContain('+14 fr out of sync');
    const caught = drag(-96);
    expect(caught.command).toMatchObject({ kind: 'clip.move', deltaSamples: -10 * FRAME });
    expect(caught).toMatchObject({ guideSample: 96_000 });
    expect(caught.readout).toContain('in sync');
    // Control moves sample by sample, and a copy is tied to no sync.
    expect(drag(-96, { control: true }).command).toMatchObject({ deltaSamples: -96 * 200 });
    expect(drag(-96, { alt: true }).readout).not.toContain('sync');
  });

  it('whose sound is slipped under it is caught at its place in sync too', () => {
    const { drag, view } = syncedTimeline(10 * FRAME);
    view.getState().setTool('slip');
    expect(drag(-96)).toMatchObject({ command: { kind: 'clip.slip', deltaSamples: 10 * FRAME } });
    expect(drag(-96).readout).toContain('in sync');
    expect(drag(20).readout).toContain('+12 fr out of sync');
  });

  it('does not snap to a camera that comes along', () => {
    const { drag, view } = syncedTimeline(10 * FRAME);
    view.getState().selectClips([1, 2]);
    expect(drag(-97).command).not.toMatchObject({ deltaSamples: -10 * FRAME + 1 });
    expect(drag(-97).readout).not.toContain('sync');
  });

  it('follows its camera as a draft moves that, and the mirror stays as it was', () => {
    const { mirror, error } = syncedTimeline();
    const command: Command = { kind: 'clip.move', clipIds: [1], deltaSamples: 3 * FRAME, deltaTracks: 0 };
    const draft = mirror.draft(command);
    expect([...relatedTracks(draft.diff, mirror)]).toEqual([1]);
    expect(mirror.underDraft(draft, error)).toBe(-3 * FRAME);
    expect(error()).toBe(0);
    expect(mirror.get('clip', 1)?.startSample).toBe(96_000);
  });

  it('keeps what was committed since a draft was made', async () => {
    const { mirror, context, error } = syncedTimeline();
    const command: Command = { kind: 'clip.move', clipIds: [1], deltaSamples: 3 * FRAME, deltaTracks: 0 };
    const draft = mirror.draft(command);
    await context.commands.apply(command);
    expect(mirror.underDraft(draft, error)).toBe(-3 * FRAME);
    expect(mirror.get('clip', 1)?.startSample).toBe(96_000 + 3 * FRAME);
    expect(error()).toBe(-3 * FRAME);
  });

  it('says nothing of itself once its camera is gone', async () => {
    const { context, words } = syncedTimeline(FRAME);
    await context.commands.apply({ kind: 'clip.remove', clipIds: [1] });
    expect(words(2)).toBe('');
  });
});
