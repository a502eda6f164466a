import { resolve } from 'node:path';
import type { DocumentSnapshot } from '../../../src-shared/rpc/media-routes.ts';
import { frameRateName } from '../../../src-shared/time/frame-rate.ts';
import { type ProjectClock, timecodeAt } from '../../../src-shared/time/timecode.ts';
import { needPositional, type Verb } from '../verb.ts';

type Row = Readonly<Record<string, unknown>>;

export const showVerb: Verb = {
  name: 'show',
  summary: 'Prints the document: a summary for people, everything with --json.',
  usage: 'show PROJECT [--json]',
  optionsHelp: [
    'PROJECT                 the project’s folder or its .twopop file',
    'With --json: {"path", "seq", "tables": {"project": [row], "track": [row, ...], "clip": ...}}',
  ],
  example: 'show "reels/Reel 1" --json',
  options: {},
  async run(call) {
    const host = call.host();
    // Only looks: nothing that was interrupted goes on, and whoever works in the project is not disturbed.
    const path = resolve(needPositional(call, 0, 'PROJECT', showVerb));
    const project = await host.services.projects.open(path, { readOnly: true });
    const snapshot = host.services.documents.snapshot();
    const tables = rowsOf(snapshot);
    for (const notice of project.notices) call.note(notice);
    for (const line of summary(tables)) call.say(line);
    call.answer({ path: project.path, seq: snapshot.seq, tables });
    return 0;
  },
};

/** A snapshot's tables as objects, one a row. */
function rowsOf(snapshot: DocumentSnapshot): Record<string, Row[]> {
  return Object.fromEntries(
    Object.entries(snapshot.tables).map(([name, { columns, rows }]) => [
      name,
      rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]]))),
    ]),
  );
}

function summary(tables: Record<string, Row[]>): string[] {
  const project = tables.project?.[0];
  if (!project) return [];
  const clock: ProjectClock = {
    frameRate: {
      numerator: Number(project.frameRateNumerator),
      denominator: Number(project.frameRateDenominator),
      drop: Boolean(project.dropFrame),
    },
    sampleRate: Number(project.sampleRate),
    startFrame: Number(project.startFrame),
  };
  const of = (name: string) => tables[name] ?? [];
  const tracks = [...of('track')].sort((a, b) => Number(a.position) - Number(b.position));
  const lines = [
    `${project.name}: ${frameRateName(clock.frameRate)} fps, ${clock.sampleRate} Hz, starts ${timecodeAt(0, clock)}`,
    `${of('source').length} sources, ${of('picture').length} pictures, ${tracks.length} tracks, ${of('clip').length} clips, ` +
      `${of('marker').length} markers, ${of('sync_match').length} sync results`,
  ];
  for (const track of tracks) {
    lines.push(`${track.name} (${track.stem})`);
    const clips = of('clip').filter((clip) => clip.trackId === track.id);
    clips.sort((a, b) => Number(a.startSample) - Number(b.startSample));
    for (const clip of clips.slice(0, 50)) {
      const end = Number(clip.startSample) + Number(clip.lengthSamples);
      lines.push(`  ${timecodeAt(Number(clip.startSample), clock)}  ${timecodeAt(end, clock)}  ${clip.name}`);
    }
    if (clips.length > 50) lines.push(`  and ${clips.length - 50} more`);
  }
  return lines;
}
