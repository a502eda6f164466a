import { basename, dirname, resolve } from 'node:path';
import type { NewProject } from '../../../src-shared/rpc/schemas.ts';
import { FRAME_RATES, parseFrameRate } from '../../../src-shared/time/frame-rate.ts';
import { parseTimecode } from '../../../src-shared/time/timecode.ts';
import { needPositional, textOption, usageError, type Verb } from '../verb.ts';

const SAMPLE_RATES = [44100, 48000, 88200, 96000, 176400, 192000] as const;

export const newVerb: Verb = {
  name: 'new',
  summary: 'Makes a project: a folder with its document and room for its media.',
  usage: 'new FOLDER [--frame-rate RATE] [--sample-rate HZ] [--start HH:MM:SS:FF]',
  optionsHelp: [
    'FOLDER                  where the project goes; its last part is the name',
    `--frame-rate RATE       ${Object.keys(FRAME_RATES).join(', ')}  (24)`,
    `--sample-rate HZ        ${SAMPLE_RATES.join(', ')}  (48000)`,
    '--start TIMECODE        timecode of the first frame  (01:00:00:00)',
  ],
  example: 'new "reels/Reel 1" --frame-rate 23.976 --start 00:59:50:00',
  options: {
    'frame-rate': { type: 'string' },
    'sample-rate': { type: 'string' },
    start: { type: 'string' },
  },
  async run(call) {
    const folder = resolve(needPositional(call, 0, 'FOLDER', newVerb));
    const frameRate = parseFrameRate(textOption(call.values, 'frame-rate') ?? '24');
    if (!frameRate)
      throw usageError('--frame-rate is not a frame rate.', `Give one of: ${Object.keys(FRAME_RATES).join(', ')}.`);
    const sampleRateText = textOption(call.values, 'sample-rate') ?? '48000';
    const sampleRate = SAMPLE_RATES.find((rate) => String(rate) === sampleRateText);
    if (!sampleRate)
      throw usageError(`--sample-rate ${sampleRateText} is not one.`, `Give one of: ${SAMPLE_RATES.join(', ')}.`);
    const startText = textOption(call.values, 'start') ?? '01:00:00:00';
    const startFrame = parseTimecode(startText, frameRate);
    if (typeof startFrame === 'string') {
      throw usageError(
        startFrame === 'dropped-label'
          ? `${startText} does not exist in drop-frame.`
          : `${startText} is not a timecode.`,
        'Give --start as HH:MM:SS:FF within 24 hours.',
      );
    }
    const request: NewProject = {
      name: basename(folder),
      parentFolder: dirname(folder),
      frameRate,
      sampleRate,
      startFrame,
    };
    const project = await call.host().transports.client.project.create(request);
    call.say(project.path);
    call.answer(project);
    return 0;
  },
};
