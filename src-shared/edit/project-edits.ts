import { type FrameRate, frameToSample, sameFrameRate, sampleToFrame } from '../time/frame-rate.ts';
import { formatTimecode, framesPerDay, parseTimecode } from '../time/timecode.ts';
import type { CommandOf } from './commands.ts';
import type { DocumentWriter } from './document.ts';
import { checkProjectRate } from './frame-rate-schema.ts';
import { existing, refuse } from './refuse.ts';

/**
 * The frame number that carries the same label at another rate; where that label does not exist there, the frame
 * nearest in counted time.
 */
function sameLabel(frame: number, from: FrameRate, to: FrameRate, sampleRate: number): number {
  const converted = parseTimecode(formatTimecode(frame, from), to);
  if (typeof converted === 'number') return converted;
  return sampleToFrame(frameToSample(frame, from, sampleRate), to, sampleRate);
}

export function updateProject(writer: DocumentWriter, command: CommandOf<'project.update'>): string {
  const project = existing(writer, 'project', 1);
  const current: FrameRate = {
    numerator: project.frameRateNumerator,
    denominator: project.frameRateDenominator,
    drop: project.dropFrame,
  };
  const frameRate = command.frameRate ?? current;
  if (command.frameRate) checkProjectRate(command.frameRate);
  const changesRate = !sameFrameRate(frameRate, current);
  const startFrame =
    command.startFrame ??
    (changesRate ? sameLabel(project.startFrame, current, frameRate, project.sampleRate) : project.startFrame);
  if (startFrame >= framesPerDay(frameRate)) {
    refuse('project.start', 'The start timecode is past 24 hours.', 'Choose a start timecode below 24:00:00:00.');
  }
  writer.update('project', 1, {
    name: command.name ?? project.name,
    startFrame,
    frameRateNumerator: frameRate.numerator,
    frameRateDenominator: frameRate.denominator,
    dropFrame: frameRate.drop,
  });
  if (changesRate) return 'Change frame rate';
  if (command.startFrame !== undefined) return 'Change start timecode';
  return 'Rename project';
}
