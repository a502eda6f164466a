import { resolve } from 'node:path';
import type { BounceRequest } from '../../../src-shared/rpc/schemas.ts';
import { type ProjectClock, positionOfTimecode } from '../../../src-shared/time/timecode.ts';
import { rowsOf } from '../../demo/demo-host.ts';
import { followJob, tellJob } from '../follow-job.ts';
import { namedRows } from '../named-rows.ts';
import { openForWork } from '../open-for-work.ts';
import { choiceOption, needPositional, textOption, usageError, type Verb } from '../verb.ts';

export const bounceVerb: Verb = {
  name: 'bounce',
  summary: 'Bounces the reel, or a part of it, to BWF.',
  usage:
    'bounce PROJECT [--contents master|stems|tracks] [--layout mono|stereo|poly] [--format s24|s16|f32] [--overwrite]',
  optionsHelp: [
    'PROJECT                 the project’s folder or its .twopop file',
    '--contents WHAT         master, stems or tracks  (master)',
    '--layout HOW            mono: a file a channel; stereo: a file a stem or track; poly: one file  (stereo)',
    '--format FORMAT         s24, s16 or f32  (s24)',
    '--no-dither             round to s24 or s16 without dither',
    '--from TIMECODE         start of the reel when left out',
    '--to TIMECODE           end of the last clip when left out',
    '--tracks NAME[,NAME]    only these tracks, muted or not; may be given several times; implies --contents tracks',
    '--name NAME             the project’s name when left out',
    '--folder FOLDER         the project’s “Bounces” when left out',
    '--overwrite             replace files of the same names; they are kept and the bounce is refused otherwise',
    'Sources that are silent, samples that are clipped and a span without clips are warned of, with exit code 1.',
  ],
  example: 'bounce "reels/Reel 1" --contents stems --format f32',
  options: {
    contents: { type: 'string' },
    layout: { type: 'string' },
    format: { type: 'string' },
    'no-dither': { type: 'boolean' },
    from: { type: 'string' },
    to: { type: 'string' },
    name: { type: 'string' },
    folder: { type: 'string' },
    tracks: { type: 'string', multiple: true },
    overwrite: { type: 'boolean' },
  },
  async run(call) {
    const { values } = call;
    const project = needPositional(call, 0, 'PROJECT', bounceVerb);
    const choices = {
      contents: choiceOption(values, 'contents', ['master', 'stems', 'tracks'], values.tracks ? 'tracks' : 'master'),
      layout: choiceOption(values, 'layout', ['mono', 'stereo', 'poly'], 'stereo'),
      sampleFormat: choiceOption(values, 'format', ['s24', 's16', 'f32'], 's24'),
      dither: values['no-dither'] !== true,
    } as const;
    if (values.tracks && choices.contents !== 'tracks') {
      throw usageError(`--tracks does not go with --contents ${choices.contents}.`, 'Leave one of the two out.');
    }
    const host = call.host();
    const { client } = host.transports;
    const info = await openForWork(call, project);
    const { clock, endSample } = host.services.documents.extent();
    const tracks = namedRows(values, 'tracks', rowsOf(host.services.documents.snapshot(), 'track'));
    const folder = textOption(values, 'folder');
    const request: BounceRequest = {
      ...choices,
      name: textOption(values, 'name') ?? info.name,
      fromSample: positionOption(textOption(values, 'from'), '--from', clock) ?? 0,
      toSample: positionOption(textOption(values, 'to'), '--to', clock) ?? endSample,
      ...(folder ? { folder: resolve(folder) } : {}),
      ...(tracks ? { trackIds: tracks.map(({ id }) => id) } : {}),
      ...(values.overwrite === true ? { overwrite: true } : {}),
    };
    if (request.toSample <= request.fromSample) {
      throw usageError(
        'There is nothing to bounce in that span.',
        'Put clips on the timeline, or give --from before --to.',
      );
    }
    const { jobId } = await client.bounce.start(request);
    const job = await followJob(call, host, jobId);
    call.answer(job);
    return tellJob(call, job);
  },
};

function positionOption(text: string | undefined, name: string, clock: ProjectClock): number | undefined {
  if (text === undefined) return undefined;
  const position = positionOfTimecode(text, clock);
  if (typeof position === 'number' && position >= 0) return position;
  throw usageError(
    `${name} ${text} is not a timecode within the reel.`,
    'Give HH:MM:SS:FF at or after the start timecode.',
  );
}
