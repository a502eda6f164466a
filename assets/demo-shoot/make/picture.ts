import { person } from './people.ts';
import { FRAME_SAMPLES, SAMPLE_RATE, timecodeOfFrames } from './schedule.ts';
import { DEFINITIONS, lampInsert, stage } from './sets.ts';

/** Frames of a camera clip as SVG: set, people whose mouths follow their voices, slate, flash and burn-in. */

type Slate = {
  readonly scene: string;
  readonly take: string;
  readonly roll: string;
  readonly camera: string;
  /** The frame in which the sticks meet; the flash is exactly this frame. */
  readonly clapFrame: number;
  /** What the slate's timecode reads in a frame: the recorder's. */
  readonly timecodeAt: (frame: number) => string;
};

export type Shot = {
  readonly name: string;
  readonly label: string;
  readonly room: 'kitchen' | 'gallery' | 'lamp';
  readonly camera: 'A' | 'B';
  readonly frameCount: number;
  /** Frames from midnight of the first frame; null where the camera has no timecode. */
  readonly startFrame: number | null;
  readonly mouths: { readonly mara: readonly number[]; readonly theo: readonly number[] };
  readonly slate: Slate | null;
};

const MONO = 'font-family="DejaVu Sans Mono, monospace"';

function drawSlate(slate: Slate, frame: number): string {
  const arrive = Math.min(1, (frame + 6) / 14);
  const leave = Math.min(1, Math.max(0, (frame - slate.clapFrame - 14) / 9));
  const y = 84 + 360 * ((1 - arrive) ** 2 + leave ** 2);
  if (y > 380) return '';
  const toClap = slate.clapFrame - frame;
  const angle = toClap <= 0 ? 0 : -24 * Math.min(1, toClap / 3);
  const stripes = (offset: number) =>
    Array.from(
      { length: 6 },
      (_, index) => `<path d="M${offset + index * 48},0 h24 l-14,20 h-24 Z" fill="#f3efe6"/>`,
    ).join('');
  const field = (x: number, rowY: number, name: string, value: string, size: number) =>
    `<text x="${x}" y="${rowY}" ${MONO} font-size="9" fill="#9fa6ad">${name}</text><text x="${x}" y="${rowY + size + 2}" ${MONO} font-weight="bold" font-size="${size}" fill="#f3efe6">${value}</text>`;
  const timecode = slate.timecodeAt(Math.min(frame, slate.clapFrame));
  return (
    `<g transform="translate(190 ${y.toFixed(1)})"><rect x="-2" y="26" width="264" height="182" rx="8" fill="#000" opacity="0.25"/>` +
    `<rect x="0" y="22" width="260" height="182" rx="7" fill="#23272c"/><svg x="0" y="22" width="260" height="20" overflow="hidden"><rect width="260" height="20" fill="#15181b"/>${stripes(6)}</svg>` +
    `<g transform="rotate(${angle.toFixed(2)} 6 20)"><svg x="0" y="0" width="260" height="20" overflow="hidden"><rect width="260" height="20" fill="#15181b"/>${stripes(18)}</svg></g>` +
    `<circle cx="7" cy="21" r="4" fill="#b9bec4"/>` +
    `<rect x="14" y="52" width="232" height="38" rx="4" fill="#120607"/><text x="130" y="81" ${MONO} font-weight="bold" font-size="28" fill="#ff5340" text-anchor="middle">${timecode}</text>` +
    field(16, 106, 'ROLL', slate.roll, 24) +
    field(104, 106, 'SCENE', slate.scene, 30) +
    field(184, 106, 'TAKE', slate.take, 30) +
    `<rect x="14" y="146" width="232" height="1" fill="#555c63"/>` +
    field(16, 162, 'PROD', 'LAMPLIGHT', 13) +
    field(104, 162, 'RATE', '23.976', 13) +
    field(184, 162, 'CAM', slate.camera, 13) +
    '</g>'
  );
}

function burnIn(shot: Shot, frame: number): string {
  const timecode = shot.startFrame === null ? 'NO TIMECODE' : timecodeOfFrames(shot.startFrame + frame);
  const inSecond = frame % 24;
  const cells = Array.from(
    { length: 24 },
    (_, index) =>
      `<rect x="${232 + index * 7.4}" y="354" width="5.4" height="3" fill="${index === inSecond ? '#ffd166' : '#ffffff'}" opacity="${index === inSecond ? 1 : 0.18}"/>`,
  ).join('');
  return (
    '<rect x="0" y="328" width="640" height="32" fill="#000" opacity="0.62"/>' +
    `<text x="12" y="349" ${MONO} font-size="14" fill="#dfe5ea">${shot.name}  ${shot.label}</text>` +
    `<text x="320" y="349" ${MONO} font-weight="bold" font-size="${shot.startFrame === null ? 15 : 20}" fill="#fff" text-anchor="middle">${timecode}</text>` +
    `<text x="628" y="349" ${MONO} font-size="14" fill="#dfe5ea" text-anchor="end">FRAME ${String(frame).padStart(5, '0')}</text>${cells}`
  );
}

function smooth(values: readonly number[], frame: number): number {
  return Math.min(1, 0.2 * (values[frame - 1] ?? 0) + 0.8 * (values[frame] ?? 0));
}

/** One frame, 640 by 360. */
export function frameSvg(shot: Shot, frame: number): string {
  const seconds = (frame * FRAME_SAMPLES) / SAMPLE_RATE;
  let view = lampInsert(seconds);
  if (shot.room !== 'lamp') {
    const backlight = shot.room === 'gallery' ? 1 : 0;
    const pose = (who: 'mara' | 'theo', facing: 1 | -1) => ({
      mouth: smooth(shot.mouths[who], frame),
      seconds,
      facing,
      backlight,
    });
    const people = person('mara', 176, 190, 1.06, pose('mara', 1)) + person('theo', 464, 184, 1.06, pose('theo', -1));
    // Camera B stands closer and looks past Mara at Theo; both breathe a little, as a hand-held picture does.
    const drift = `${(1.2 * Math.sin(seconds * 0.5)).toFixed(2)} ${(0.8 * Math.sin(seconds * 0.37)).toFixed(2)}`;
    const lens = shot.camera === 'A' ? `translate(${drift})` : `translate(-330 -100) scale(1.5) translate(${drift})`;
    view = `<g transform="${lens}">${stage(shot.room, seconds, people)}</g>`;
  }
  const slate = shot.slate === null ? '' : drawSlate(shot.slate, frame);
  const flash = shot.slate?.clapFrame === frame ? '<rect width="640" height="328" fill="#fff" opacity="0.86"/>' : '';
  return `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="360" viewBox="0 0 640 360">${DEFINITIONS}${view}${slate}${flash}${burnIn(shot, frame)}</svg>`;
}
