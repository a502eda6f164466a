import { randomBytes } from 'node:crypto';
import type { TrackRow } from '../../src-shared/model/rows.ts';
import { frameToSample } from '../../src-shared/time/frame-rate.ts';
import type { ProjectClock } from '../../src-shared/time/timecode.ts';
import { safeStem } from '../media/project-file-names.ts';
import { makeRecordingHeader, type WaveHeaderLayout } from '../media/recording-header.ts';

/** Names and headers of recorded files. */

/** What the originator reference of a file that was recorded here begins with; it ends with digits of its own. */
export const TAKE_REFERENCE = 'TWOPOP-TAKE-';

const SECONDS_PER_DAY = 86_400;

/** `2026-11-21` where the machine is. */
export function localDate(at: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** `Boom_12A_003`: track, scene (or date) and take, as every file system takes it. */
export function takeStem(trackName: string, sceneOrDate: string, number: number): string {
  const part = (text: string) =>
    safeStem(text.replace(/[./\\]/g, '_'))
      .slice(0, 60)
      .trimEnd();
  return `${part(trackName)}_${part(sceneOrDate)}_${String(number).padStart(3, '0')}`;
}

/** A name for each channel of a track's file. */
export function channelNamesOfTrack(track: Pick<TrackRow, 'name' | 'channelCount'>): string[] {
  return track.channelCount === 1 ? [track.name] : [`${track.name} L`, `${track.name} R`];
}

/** Samples since midnight of a timeline position; one before the project's start may lie before midnight. */
export function timeReferenceOf(startSample: number, clock: ProjectClock): number {
  const day = SECONDS_PER_DAY * clock.sampleRate;
  const start = frameToSample(clock.startFrame, clock.frameRate, clock.sampleRate) + startSample;
  return ((start % day) + day) % day;
}

/** The timeline position of samples since midnight: the one that is nearest to the project's start. */
export function timelineOfReference(timeReference: number, clock: ProjectClock): number {
  const day = SECONDS_PER_DAY * clock.sampleRate;
  const apart = timeReference - frameToSample(clock.startFrame, clock.frameRate, clock.sampleRate);
  const within = ((apart % day) + day) % day;
  return within > day / 2 ? within - day : within;
}

/** The header of a take's file: BWF with its place, iXML with project, scene, take and track names. */
export function takeHeader(fields: {
  readonly projectName: string;
  readonly clock: ProjectClock;
  readonly track: TrackRow;
  readonly scene: string | null;
  readonly number: number;
  readonly startSample: number;
  readonly sampleFormat: 's24' | 'f32';
  readonly at: Date;
}): { readonly bytes: Uint8Array; readonly layout: WaveHeaderLayout } {
  const { projectName, clock, track, scene, number, startSample, sampleFormat, at } = fields;
  const timeReference = timeReferenceOf(startSample, clock);
  const trackNames = channelNamesOfTrack(track);
  const take = String(number);
  const lines = [
    `sSCENE=${scene ?? ''}`,
    `sTAKE=${take}`,
    ...trackNames.map((name, index) => `sTRK${index + 1}=${name}`),
  ];
  const bits = sampleFormat === 's24' ? 24 : 32;
  const uid = randomBytes(8).toString('hex').toUpperCase();
  return makeRecordingHeader({
    format: sampleFormat,
    channelCount: track.channelCount,
    sampleRate: clock.sampleRate,
    bext: {
      description: lines.join('\r\n'),
      originator: 'Twopop',
      originatorReference: `${TAKE_REFERENCE}${uid}`,
      date: localDate(at),
      time: at.toTimeString().slice(0, 8),
      timeReference,
      codingHistory: `A=PCM,F=${clock.sampleRate},W=${bits},M=${track.channelCount === 1 ? 'mono' : 'stereo'},T=Twopop`,
    },
    ixml: {
      project: projectName,
      scene,
      take,
      circled: false,
      fileUid: `${TAKE_REFERENCE}${uid}`,
      frameRate: clock.frameRate,
      timeReference,
      trackNames,
    },
  });
}
