import type { DocumentReader } from '../../src-shared/edit/document.ts';
import type { RowDiff } from '../../src-shared/edit/row-diff.ts';
import type {
  PlanClip,
  PlanGainPoint,
  PlanSource,
  PlanTrack,
  RenderPlan,
} from '../../src-shared/engine/render-plan.ts';
import type { SourceId, TrackId } from '../../src-shared/model/ids.ts';
import type { ClipRow, SourceRow, Stem, TrackRow } from '../../src-shared/model/rows.ts';
import { STEMS } from '../../src-shared/model/rows.ts';

/** Where a source's samples lie, or null where its file is not there or holds no PCM. */
export type LocatePcm = (source: SourceRow) => PlanSource | null;

export type CompiledPlan = {
  readonly plan: RenderPlan;
  /** The row of each track of the plan. */
  readonly trackIds: readonly TrackId[];
  /** The stem of each stem of the plan. */
  readonly stems: readonly Stem[];
  /** Sources that heard clips play but that have no samples, or not the channel: silence, to be named to the user. */
  readonly unlocated: readonly SourceId[];
};

export type CompileOptions = {
  /** These tracks and no others, in this order, whatever their mute and solo: for bouncing tracks by themselves. */
  readonly trackIds?: readonly TrackId[];
  /**
   * Every track of the document in its order, those that are not heard without clips and at no gain: so that places in
   * the plan stay what they are when something is muted or soloed. For the live engine, whose inputs and meters are of
   * tracks.
   */
  readonly everyTrack?: boolean;
};

/** The lowest gain that the document holds is silence, not a very quiet sound. */
const silenceDb = -144;

/** The clips of a track that is not heard. */
const SILENT: { readonly clips: readonly PlanClip[]; readonly unlocated: readonly SourceId[] } = {
  clips: [],
  unlocated: [],
};

/** What of a source decides where its samples lie. */
const FILE_FIELDS = ['path', 'linked', 'contentHash', 'channelCount', 'lengthSamples'] as const;

/** Decibels as a linear gain; -144 dB and below is 0. */
export function linearGain(gainDb: number): number {
  return gainDb <= silenceDb ? 0 : 10 ** (gainDb / 20);
}

/**
 * Compiles the document into render plans. What a track's clips and points come to is kept until a diff touches it, so
 * compiling after an edit costs the edited tracks; tell it of every commit with {@link PlanCompiler.applied}.
 *
 * Heard are tracks that are not muted, and of these only the soloed ones where any track is soloed (a muted track stays
 * silent when soloed). Muted clips are left out. Stems of the plan are those of heard tracks, in the order of `STEMS`.
 */
export class PlanCompiler {
  readonly #document: DocumentReader;
  readonly #locate: LocatePcm;
  readonly #clips = new Map<
    TrackId,
    { readonly clips: readonly PlanClip[]; readonly unlocated: readonly SourceId[] }
  >();
  readonly #points = new Map<TrackId, readonly PlanGainPoint[]>();
  /** Sources keep their place in the plan from compile to compile, so that kept clips stay right. */
  readonly #sources: PlanSource[] = [];
  readonly #places = new Map<SourceId, number | null>();

  constructor(document: DocumentReader, locate: LocatePcm) {
    this.#document = document;
    this.#locate = locate;
  }

  /** Drops what a commit made stale. */
  applied(diff: RowDiff): void {
    for (const change of diff) {
      if (change.table === 'clip') {
        for (const row of [change.before, change.after]) if (row) this.#clips.delete(row.trackId);
      } else if (change.table === 'gain_point') {
        for (const row of [change.before, change.after]) if (row) this.#points.delete(row.trackId);
      } else if (change.table === 'track') {
        this.#clips.delete(change.id);
        this.#points.delete(change.id);
      } else if (change.table === 'source' && change.before && !isSameFile(change.before, change.after)) {
        // A source that came cannot have clips yet: an import beside playback costs no compiling.
        this.forgetSources();
      }
    }
  }

  /** Has every source located again: after files came, went or were relinked. */
  forgetSources(): void {
    this.#clips.clear();
    this.#sources.length = 0;
    this.#places.clear();
  }

  compile(options: CompileOptions = {}): CompiledPlan {
    const heard = this.#heardTracks(options);
    const rows = options.everyTrack ? this.#tracksInOrder() : heard;
    const isHeard = new Set(heard.map((row) => row.id));
    const stems = STEMS.filter((stem) => rows.some((row) => row.stem === stem));
    const unlocated = new Set<SourceId>();
    const tracks = rows.map((row): PlanTrack => {
      const compiled = isHeard.has(row.id) ? this.#clipsOf(row.id) : SILENT;
      for (const id of compiled.unlocated) unlocated.add(id);
      return {
        name: row.name,
        channelCount: row.channelCount,
        gain: isHeard.has(row.id) ? linearGain(row.gainDb) : 0,
        pan: Math.max(-1, Math.min(1, row.pan)),
        points: this.#pointsOf(row.id),
        stem: stems.indexOf(row.stem),
        clips: compiled.clips,
      };
    });
    const project = this.#document.get('project', 1);
    if (!project) throw new Error('a document without its project row cannot be compiled');
    return {
      plan: {
        sampleRate: project.sampleRate,
        lengthSamples: this.#document.timelineEnd(),
        sources: [...this.#sources],
        tracks,
        stems,
      },
      trackIds: rows.map((row) => row.id),
      stems,
      unlocated: [...unlocated].sort((a, b) => a - b),
    };
  }

  #heardTracks(options: CompileOptions): readonly TrackRow[] {
    if (options.trackIds) {
      return options.trackIds.map((id) => {
        const row = this.#document.get('track', id);
        if (!row) throw new RangeError(`there is no track ${id}`);
        return row;
      });
    }
    const all = this.#tracksInOrder();
    const soloing = all.some((row) => row.soloed);
    return all.filter((row) => !row.muted && (row.soloed || !soloing));
  }

  #tracksInOrder(): readonly TrackRow[] {
    return [...this.#document.all('track')].sort((a, b) => a.position - b.position);
  }

  #clipsOf(trackId: TrackId) {
    const kept = this.#clips.get(trackId);
    if (kept) return kept;
    const clips: PlanClip[] = [];
    const unlocated = new Set<SourceId>();
    for (const row of this.#document.clipsOnTrack(trackId, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)) {
      if (row.muted) continue;
      const place = this.#placeOf(row.sourceId);
      if (place === null || row.sourceChannel >= this.#sources[place]!.channelCount) unlocated.add(row.sourceId);
      else clips.push(planClip(row, place));
    }
    const compiled = { clips, unlocated: [...unlocated] };
    this.#clips.set(trackId, compiled);
    return compiled;
  }

  #pointsOf(trackId: TrackId): readonly PlanGainPoint[] {
    let points = this.#points.get(trackId);
    if (!points) {
      points = this.#document
        .gainPointsOfTrack(trackId)
        .map((row) => ({ sample: row.atSample, gain: linearGain(row.gainDb) }));
      this.#points.set(trackId, points);
    }
    return points;
  }

  #placeOf(sourceId: SourceId): number | null {
    const known = this.#places.get(sourceId);
    if (known !== undefined) return known;
    const row = this.#document.get('source', sourceId);
    const located = row ? this.#locate(row) : null;
    const place = located ? this.#sources.push(located) - 1 : null;
    this.#places.set(sourceId, place);
    return place;
  }
}

function isSameFile(before: SourceRow, after: SourceRow | null): boolean {
  // A file that was not read yet is the same when it has been.
  const isSame = (field: (typeof FILE_FIELDS)[number]) =>
    before[field] === after?.[field] || (field === 'contentHash' && before.contentHash === '');
  return after !== null && FILE_FIELDS.every(isSame);
}

function planClip(row: ClipRow, source: number): PlanClip {
  return {
    source,
    firstChannel: row.sourceChannel,
    startSample: row.startSample,
    lengthSamples: row.lengthSamples,
    sourceInSample: row.sourceInSample,
    gain: linearGain(row.gainDb) * (row.polarityInverted ? -1 : 1),
    fadeIn: { lengthSamples: row.fadeInSamples, shape: row.fadeInShape },
    fadeOut: { lengthSamples: row.fadeOutSamples, shape: row.fadeOutShape },
  };
}
