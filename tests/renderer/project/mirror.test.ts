import { describe, expect, it } from 'vitest';
import { Mirror, type MirrorChange } from '../../../src-renderer/project/mirror.ts';
import { applyCommand } from '../../../src-shared/edit/apply-command.ts';
import { commandSchema } from '../../../src-shared/edit/commands.ts';
import { MemoryDocument } from '../../../src-shared/edit/memory-document.ts';
import { TABLE_NAMES } from '../../../src-shared/model/rows.ts';
import { snapshotOf } from '../../support/local-timeline.ts';
import { randomCommand } from '../../support/random-commands.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { clipRow, rowsWith } from '../timeline/timeline-rows.ts';

function mirrorOf(...clips: ReturnType<typeof clipRow>[]) {
  const mirror = new Mirror();
  mirror.load(snapshotOf(rowsWith(clips), 7));
  return mirror;
}

function moved(seq: number, mirror: Mirror, id: number, startSample: number) {
  const before = mirror.get('clip', id)!;
  return {
    seq,
    label: 'Move clip',
    diff: [{ table: 'clip', id, before, after: { ...before, startSample } }],
    canUndo: 'Move clip',
    canRedo: null,
  };
}

describe('the mirror', () => {
  it('answers from the snapshot it was filled with', () => {
    const mirror = mirrorOf(clipRow(1, 1, 48_000), clipRow(2, 1, 0));
    expect(mirror.seq).toBe(7);
    expect(mirror.clipsOfTrack(1).map((clip) => clip.id)).toEqual([2, 1]);
    expect(mirror.clipsOnTrack(1, 48_000, 48_001).map((clip) => clip.id)).toEqual([1]);
    expect(mirror.endSample()).toBe(96_000);
    expect(mirror.tracks().map((track) => track.name)).toEqual(['DX 1', 'DX 2', 'DX 3']);
  });

  it('follows commits in order, leaves out known ones and asks when some are missing', () => {
    const mirror = mirrorOf(clipRow(1, 1, 0));
    const asked: number[] = [];
    mirror.onGap = (since) => asked.push(since);
    expect(mirror.apply(moved(8, mirror, 1, 500))).toBe('applied');
    expect(mirror.apply(moved(8, mirror, 1, 900))).toBe('known');
    expect(mirror.apply(moved(10, mirror, 1, 900))).toBe('gap');
    expect(asked).toEqual([8]);
    expect(mirror.get('clip', 1)?.startSample).toBe(500);
    expect(mirror.canUndo).toBe('Move clip');
  });

  it('says which tracks and tables a commit touched', () => {
    const mirror = mirrorOf(clipRow(1, 1, 0));
    const changes: MirrorChange[] = [];
    mirror.subscribe((change) => changes.push(change));
    const before = [mirror.tableVersion('clip'), mirror.trackVersion(2), mirror.trackVersion(3)];
    const clip = mirror.get('clip', 1)!;
    const diff = [{ table: 'clip', id: 1, before: clip, after: { ...clip, trackId: 2 } }];
    mirror.apply({ seq: 8, label: 'Move clip', diff, canUndo: null, canRedo: null });
    expect([...changes[0]!.trackIds]).toEqual([1, 2]);
    expect([...changes[0]!.tables]).toEqual(['clip']);
    expect([mirror.tableVersion('clip'), mirror.trackVersion(2), mirror.trackVersion(3)]).toEqual([
      before[0]! + 1,
      before[1]! + 1,
      before[2]!,
    ]);
  });

  it('hands out the same array of rows until they change, as React compares them', () => {
    const mirror = mirrorOf(clipRow(1, 1, 0));
    const tracks = mirror.all('track');
    mirror.apply(moved(8, mirror, 1, 500));
    expect(mirror.all('track')).toBe(tracks);
  });
});

describe('a draft', () => {
  it('shows a gesture exactly as it will commit, over hundreds of random edits', () => {
    const random = seededRandom(11);
    const kept = new MemoryDocument(rowsWith([clipRow(1, 1, 0), clipRow(2, 2, 60_000), clipRow(3, 3, 90_000)]));
    const mirror = new Mirror();
    mirror.load(snapshotOf(Object.fromEntries(TABLE_NAMES.map((table) => [table, kept.all(table)]))));
    let accepted = 0;
    for (let round = 0; round < 800; round++) {
      const command = commandSchema.parse(randomCommand(random, kept));
      const before = mirror.tracks().map((track) => mirror.clipsOfTrack(track.id));
      let draft: ReturnType<Mirror['draft']> | null = null;
      let refusal = '';
      try {
        draft = mirror.draft(command);
      } catch (error) {
        refusal = (error as Error).message;
      }
      expect(mirror.tracks().map((track) => mirror.clipsOfTrack(track.id))).toEqual(before);
      try {
        const { result, diff } = kept.transact((writer) => applyCommand(writer, command));
        expect(refusal).toBe('');
        const drafted = mirror.tracks().map((track) => draft?.clipsOfTrack(track.id).map(withoutId));
        const tracks = mirror.tracks();
        mirror.apply({ seq: mirror.seq + 1, label: result, diff: diff as never, canUndo: null, canRedo: null });
        expect(drafted).toEqual(tracks.map((track) => mirror.clipsOfTrack(track.id).map(withoutId)));
        accepted++;
      } catch (error) {
        if (refusal === '') throw error;
        expect((error as Error).message).toBe(refusal);
      }
    }
    expect(accepted).toBeGreaterThan(250);
  });
});

function withoutId({ id: _id, ...rest }: { readonly id: number }): object {
  return rest;
}
