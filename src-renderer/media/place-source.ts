import type { CommandInput } from '../../src-shared/edit/commands.ts';
import type { SourceRow } from '../../src-shared/model/rows.ts';
import { frameToSample, snapToFrame } from '../../src-shared/time/frame-rate.ts';
import type { OpenProject } from '../project/open-project.ts';
import { tellPlain } from '../ui/toasts.ts';
import { channelNamesOf } from './bin-rows.ts';
import { selectedIds } from './bin-selection.ts';

type SingleInput = Exclude<CommandInput, { kind: 'batch' }>;

/** Places the bin's selected sources one after the other from the cursor, a channel a track from the active one down. */
export async function placeAtCursor(project: OpenProject): Promise<void> {
  const { mirror, view } = project;
  const clock = mirror.clock();
  const starts = new Map<number, number>();
  let at = snapToFrame(view.getState().cursorSample, clock.frameRate, clock.sampleRate);
  const sources = selectedSources(project);
  for (const source of sources) {
    starts.set(source.id, at);
    at += source.lengthSamples;
  }
  await place(project, sources, starts);
}

/** Places the bin's selected sources where their timecode says; those without one, or before the start, are told. */
export async function placeAtTimecode(project: OpenProject): Promise<void> {
  const clock = project.mirror.clock();
  const origin = frameToSample(clock.startFrame, clock.frameRate, clock.sampleRate);
  const starts = new Map<number, number>();
  const left: string[] = [];
  const sources = selectedSources(project).filter((source) => {
    const at = (source.timeReferenceSamples ?? Number.NEGATIVE_INFINITY) - origin;
    if (at >= 0) starts.set(source.id, at);
    else left.push(source.name);
    return at >= 0;
  });
  if (left.length > 0)
    tellPlain(
      `Not placed: ${left.slice(0, 5).join(', ')}${left.length > 5 ? ` and ${left.length - 5} more` : ''}.`,
      'They have no timecode, or one before the project’s start. Place them at the cursor instead.',
    );
  if (!(await place(project, sources, starts))) return;
  // A timecode may lie hours away from what is in sight.
  project.view.getState().reveal(Math.min(...starts.values()));
}

/**
 * Places one source at `atSample`, a channel a track from `trackId` down; null adds tracks below the last. What a drop on
 * the timeline does.
 */
export async function placeSource(
  project: OpenProject,
  source: SourceRow,
  atSample: number,
  trackId: number | null,
): Promise<void> {
  const tracks = project.mirror.tracks();
  const at = tracks.findIndex((track) => track.id === trackId);
  await place(project, [source], new Map([[source.id, atSample]]), at < 0 ? tracks.length : at);
}

function selectedSources({ mirror }: OpenProject): SourceRow[] {
  const sources = selectedIds('source').flatMap((id) => mirror.get('source', id) ?? []);
  if (sources.length === 0) tellPlain('No source is selected.', 'Select one in the bin, then do this again.');
  return sources.sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
}

function activeTrackIndex({ mirror, view }: OpenProject): number {
  const { activeTrackId } = view.getState();
  return Math.max(
    0,
    mirror.tracks().findIndex((track) => track.id === activeTrackId),
  );
}

/**
 * Places sources with their first channel on the track at `first`; tracks that are lacking are added before. Resolves to
 * whether that was done.
 */
async function place(
  project: OpenProject,
  sources: readonly SourceRow[],
  starts: ReadonlyMap<number, number>,
  first = activeTrackIndex(project),
): Promise<boolean> {
  if (sources.length === 0) return false;
  const { mirror } = project;
  const needed = Math.max(...sources.map((source) => source.channelCount));
  const lacking = needed - (mirror.tracks().length - first);
  const trackIds = mirror.tracks().map((track) => track.id);
  if (lacking > 0) {
    const names = channelNamesOf(sources.find((source) => source.channelCount === needed)!);
    const added = await project.apply({
      kind: 'batch',
      label: lacking === 1 ? 'Add track' : `Add ${lacking} tracks`,
      commands: Array.from({ length: lacking }, (_, i): SingleInput => {
        const channel = needed - lacking + i;
        return { kind: 'track.add', name: names[channel] || `Audio ${trackIds.length + i + 1}` };
      }),
    });
    if (!added) return false;
    trackIds.push(...added.added.filter((row) => row.table === 'track').map((row) => row.id));
  }
  const clock = mirror.clock();
  const commands = sources.flatMap((source): SingleInput[] => {
    const startSample = starts.get(source.id) ?? 0;
    const names = channelNamesOf(source);
    const clips = names.map(
      (name, channel): SingleInput => ({
        kind: 'clip.add',
        trackId: trackIds[first + channel]!,
        sourceId: source.id,
        sourceChannel: channel,
        startSample,
        name: (name ? `${source.name} ${name}` : source.name).slice(0, 200),
      }),
    );
    if (source.pictureId !== null)
      clips.push({
        kind: 'picture.place',
        pictureId: source.pictureId,
        startSample: snapToFrame(startSample, clock.frameRate, clock.sampleRate),
      });
    return clips;
  });
  const label = sources.length === 1 ? `Place ${sources[0]!.name}` : `Place ${sources.length} sources`;
  return (await project.apply({ kind: 'batch', label: label.slice(0, 200), commands })) !== null;
}
