import { describe, expect, it, vi } from 'vitest';
import { type LocatePcm, linearGain, PlanCompiler } from '../../../src-main/engine/plan-compiler.ts';
import { applyCommand } from '../../../src-shared/edit/apply-command.ts';
import { type CommandInput, commandSchema } from '../../../src-shared/edit/commands.ts';
import type { MemoryDocument } from '../../../src-shared/edit/memory-document.ts';
import type { RowDiff } from '../../../src-shared/edit/row-diff.ts';
import { encodePlan } from '../../../src-shared/engine/encode-plan.ts';
import type { ClipRow, TrackRow } from '../../../src-shared/model/rows.ts';
import { emptyDocument, STARTING_COMMANDS } from '../../support/document-samples.ts';

const locate: LocatePcm = (source) => ({
  path: `/project/${source.path}`,
  dataOffsetBytes: 44,
  format: 's24',
  channelCount: source.channelCount,
  frameCount: source.lengthSamples,
});

function edit(document: MemoryDocument, command: CommandInput) {
  return document.transact((writer) => applyCommand(writer, commandSchema.parse(command))).diff;
}

/** Three mono dialogue tracks, music and atmosphere in stereo; a clip on each but the last. */
function shoot(): { document: MemoryDocument; tracks: TrackRow[] } {
  const document = emptyDocument();
  for (const command of STARTING_COMMANDS) edit(document, command);
  const tracks = document.all('track').toSorted((a, b) => a.position - b.position);
  tracks.slice(0, 4).forEach((row, index) => {
    edit(document, {
      kind: 'clip.add',
      trackId: row.id,
      sourceId: 3,
      sourceChannel: index % 3,
      startSample: 1000 * (index + 1),
      sourceInSample: 500,
      lengthSamples: 20_000,
      gainDb: -6,
    });
  });
  return { document, tracks };
}

const clipOf = (document: MemoryDocument, track: TrackRow) => document.clipsOnTrack(track.id, 0, 2 ** 40)[0] as ClipRow;

describe('the plan of a document', () => {
  it('holds each clip with its source, channel, place, gain and fades', () => {
    const { document, tracks } = shoot();
    const clip = clipOf(document, tracks[1]!);
    edit(document, { kind: 'clip.fade', clipIds: [clip.id], edge: 'in', lengthSamples: 480, shape: 's-curve' });
    edit(document, { kind: 'clip.fade', clipIds: [clip.id], edge: 'out', lengthSamples: 960, shape: 'fast' });
    const { plan, trackIds, unlocated } = new PlanCompiler(document, locate).compile();
    expect(trackIds).toEqual(tracks.map((row) => row.id));
    expect(plan.tracks.map((track) => track.name)).toEqual(['Boom', 'Lav 1', 'Lav 2', 'Music', 'Atmos']);
    expect(plan.tracks[1]!.clips).toEqual([
      {
        source: 0,
        firstChannel: 1,
        startSample: 2000,
        lengthSamples: 20_000,
        sourceInSample: 500,
        gain: 10 ** (-6 / 20),
        fadeIn: { lengthSamples: 480, shape: 's-curve' },
        fadeOut: { lengthSamples: 960, shape: 'fast' },
      },
    ]);
    expect(plan.sources).toEqual([locate(document.get('source', 3)!)]);
    expect(plan.lengthSamples).toBe(24_000);
    expect(plan.sampleRate).toBe(48_000);
    expect(unlocated).toEqual([]);
    expect(encodePlan(plan).length).toBeGreaterThan(0);
  });

  it('groups tracks by their stems, in the order of the field', () => {
    const { document, tracks } = shoot();
    edit(document, { kind: 'track.update', trackIds: [tracks[1]!.id], stem: 'FX' });
    const { plan, stems } = new PlanCompiler(document, locate).compile();
    expect(stems).toEqual(['DX', 'FX', 'BG', 'MX']);
    expect(plan.stems).toEqual(stems);
    expect(plan.tracks.map((track) => stems[track.stem])).toEqual(['DX', 'FX', 'DX', 'MX', 'BG']);
  });

  it('carries the gain, points and pan of a track, with -144 dB as silence', () => {
    const { document, tracks } = shoot();
    const trackId = tracks[0]!.id;
    edit(document, { kind: 'track.update', trackIds: [trackId], gainDb: -12, pan: 0.5 });
    const points = [
      { atSample: 100, gainDb: 0 },
      { atSample: 900, gainDb: -144 },
    ];
    edit(document, { kind: 'track.gainPoints', trackId, fromSample: 0, toSample: 1000, points });
    const track = new PlanCompiler(document, locate).compile().plan.tracks[0]!;
    expect(track).toMatchObject({ gain: linearGain(-12), pan: 0.5 });
    expect(track.points).toEqual([
      { sample: 100, gain: 1 },
      { sample: 900, gain: 0 },
    ]);
  });

  it('leaves out muted tracks and clips, and where something is soloed everything else', () => {
    const { document, tracks } = shoot();
    const names = () => new PlanCompiler(document, locate).compile().plan.tracks.map((track) => track.name);
    edit(document, { kind: 'track.update', trackIds: [tracks[0]!.id], muted: true });
    expect(names()).toEqual(['Lav 1', 'Lav 2', 'Music', 'Atmos']);
    edit(document, { kind: 'track.update', trackIds: [tracks[0]!.id, tracks[3]!.id], soloed: true });
    expect(names()).toEqual(['Music']);
    expect(new PlanCompiler(document, locate).compile().stems).toEqual(['MX']);
    edit(document, { kind: 'clip.mute', clipIds: [clipOf(document, tracks[3]!).id], muted: true });
    expect(new PlanCompiler(document, locate).compile().plan.tracks[0]!.clips).toEqual([]);
  });

  it('of named tracks holds these alone, muted or not', () => {
    const { document, tracks } = shoot();
    edit(document, { kind: 'track.update', trackIds: [tracks[2]!.id], muted: true });
    const trackIds = [tracks[2]!.id, tracks[0]!.id];
    const compiled = new PlanCompiler(document, locate).compile({ trackIds });
    expect(compiled.plan.tracks.map((track) => track.name)).toEqual(['Lav 2', 'Boom']);
    expect(() => new PlanCompiler(document, locate).compile({ trackIds: [999] })).toThrow(RangeError);
  });

  it('names sources that have no samples or not the channel, and plays the rest', () => {
    const { document } = shoot();
    const gone = new PlanCompiler(document, () => null).compile();
    expect(gone.unlocated).toEqual([3]);
    expect(gone.plan.tracks.every((track) => track.clips.length === 0)).toBe(true);
    const narrower = new PlanCompiler(document, (source) => ({ ...locate(source)!, channelCount: 1 })).compile();
    expect(narrower.unlocated).toEqual([3]);
    expect(narrower.plan.tracks.map((track) => track.clips.length)).toEqual([1, 0, 0, 1, 0]);
  });
});

describe('a compiler that follows the commits', () => {
  it('gives after any edit what a fresh one gives, and reads edited tracks alone', () => {
    const { document, tracks } = shoot();
    const compiler = new PlanCompiler(document, locate);
    compiler.compile();
    const clipId = clipOf(document, tracks[0]!).id;
    const commands: CommandInput[] = [
      { kind: 'clip.move', clipIds: [clipId], deltaSamples: 50_000, deltaTracks: 1 },
      { kind: 'clip.split', clipIds: [clipId], atSample: 60_000 },
      { kind: 'clip.add', trackId: tracks[0]!.id, sourceId: 3, startSample: 0, lengthSamples: 99 },
      {
        kind: 'track.gainPoints',
        trackId: tracks[2]!.id,
        fromSample: 0,
        toSample: 9,
        points: [{ atSample: 3, gainDb: -3 }],
      },
      { kind: 'track.move', trackId: tracks[2]!.id, position: 0 },
      { kind: 'track.remove', trackIds: [tracks[1]!.id] },
    ];
    for (const command of commands) {
      compiler.applied(edit(document, command));
      expect(compiler.compile()).toEqual(new PlanCompiler(document, locate).compile());
    }
    const asked = vi.spyOn(document, 'clipsOnTrack');
    const [first] = document.all('track');
    compiler.applied(edit(document, { kind: 'track.update', trackIds: [first!.id], gainDb: -1 }));
    asked.mockClear();
    compiler.compile();
    expect(asked.mock.calls.map(([trackId]) => trackId)).toEqual([first!.id]);
  });

  it('locates sources again when a file of them changes, not when one is added or renamed', () => {
    const { document } = shoot();
    const located = vi.fn(locate);
    const compiler = new PlanCompiler(document, located);
    compiler.compile();
    const countAfter = (diff: RowDiff) => {
      located.mockClear();
      compiler.applied(diff);
      compiler.compile();
      return located.mock.calls.length;
    };
    const fields = document.get('source', 3)!;
    const { id: _, ...added } = { ...fields, path: 'Audio Files/more.wav' };
    expect(countAfter(document.transact((writer) => writer.insert('source', added)).diff)).toBe(0);
    expect(countAfter(document.transact((writer) => writer.update('source', 3, { name: 'Other' })).diff)).toBe(0);
    const moved = document.transact((writer) => writer.update('source', 3, { path: 'Audio Files/moved.wav' }));
    expect(countAfter(moved.diff)).toBe(1);
    expect(compiler.compile().plan.sources[0]!.path).toBe('/project/Audio Files/moved.wav');
  });

  it('finds sources again when they were forgotten', () => {
    const { document } = shoot();
    let there = false;
    const compiler = new PlanCompiler(document, (source) => (there ? locate(source) : null));
    expect(compiler.compile().unlocated).toEqual([3]);
    there = true;
    compiler.forgetSources();
    expect(compiler.compile().unlocated).toEqual([]);
  });

  it('keeps every track in its place for the live engine, those that are not heard silent', () => {
    const { document, tracks } = shoot();
    edit(document, { kind: 'track.update', trackIds: [tracks[1]!.id], muted: true });
    const compiler = new PlanCompiler(document, locate);
    const { plan, trackIds } = compiler.compile({ everyTrack: true });
    expect(trackIds).toEqual(tracks.map((row) => row.id));
    expect(plan.tracks.map((track) => track.clips.length)).toEqual([1, 0, 1, 1, 0]);
    expect(plan.tracks.map((track) => track.gain === 0)).toEqual([false, true, false, false, false]);
    expect(compiler.compile().trackIds).toEqual(tracks.filter((_, index) => index !== 1).map((row) => row.id));
  });
});
