import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { frameSvg, type Shot } from './picture.ts';
import {
  CAMERAS,
  type CameraClip,
  CLIPS,
  FRAME_RATE,
  FRAME_SAMPLES,
  framesOfTimecode,
  ROLLS,
  SAMPLE_RATE,
  samplesOfTimecode,
  timecodeOfFrames,
} from './schedule.ts';
import { cameraScratch, DISTANCE_SAMPLES, mouthOpening, type Performance, perform, recorderChannels } from './sound.ts';

/**
 * Makes the demo shoot again: `node assets/demo-shoot/make/make-demo-shoot.ts`. Only for those who change it; what it
 * writes beside this folder is committed. Needs ffmpeg (libx264, librsvg, soxr), espeak-ng and the DejaVu fonts.
 *
 * - `camera-a/`, `camera-b/`: camera clips with their scratch sound
 * - `sound/`: the recorder's dry channels as FLAC (boom, lavalier, lavalier)
 * - `shoot.json`: what the expansion writes into the recorder files (names, bext, iXML, mix, noise floor)
 * - `truth.json`: where each camera clip lies on its recorder file, for tests and for `npm run demo`
 */

const target = join(import.meta.dirname, '..');
/** A clip or recorder file to make alone (the beginning of its name); everything when left out. */
const only = process.argv[2];

function int16(channels: readonly Float64Array[]): Buffer {
  const length = channels[0]!.length;
  const bytes = Buffer.alloc(length * channels.length * 2);
  for (let index = 0; index < length; index += 1) {
    for (const [channel, samples] of channels.entries()) {
      // Two bits less than 16 keep FLAC small; the noise floor that is added later lies above them.
      const value = Math.round(Math.max(-1, Math.min(0.999, samples[index]!)) * 8192) * 4;
      bytes.writeInt16LE(Math.max(-32_768, Math.min(32_764, value)), (index * channels.length + channel) * 2);
    }
  }
  return bytes;
}

function encode(args: readonly string[], input?: Buffer): void {
  const done = spawnSync('ffmpeg', ['-v', 'error', '-y', ...args], {
    input,
    stdio: ['pipe', 'inherit', 'inherit'],
    maxBuffer: 1 << 29,
  });
  if (done.status !== 0) throw new Error(`ffmpeg failed: ${args.join(' ')}`);
}

/** The whole frame at which a camera starts, or the sample for a camera that keeps no timecode; from the roll's start. */
function clockOffset(clip: CameraClip, rollStartSample: number): { offset: number; startFrame: number | null } {
  const camera = CAMERAS[clip.camera];
  const wanted = clip.startSeconds * SAMPLE_RATE;
  if (camera.timecodePhaseSamples === null) return { offset: Math.round(wanted * 4) / 4, startFrame: null };
  const startFrame = Math.round((rollStartSample + wanted) / FRAME_SAMPLES);
  return { offset: startFrame * FRAME_SAMPLES + camera.timecodePhaseSamples - rollStartSample, startFrame };
}

/** The recorder starts on a frame of its timecode, one sample late, as recorders do. */
const RECORDER_LATE_SAMPLES = 1;

const performances = new Map<string, { performance: Performance; startSample: number }>();
for (const roll of ROLLS) {
  const startSample = samplesOfTimecode(roll.startTimecode) + RECORDER_LATE_SAMPLES;
  const grid = CLIPS.filter((clip) => clip.roll === roll.name && clip.camera === 'A');
  const placeClap = (sample: number): number => {
    const clip = grid.findLast((candidate) => candidate.startSeconds * SAMPLE_RATE < sample);
    if (!clip) return sample;
    // A twelfth of a frame after the edge, so that sound, sticks and flash are one frame in every picture.
    const { offset } = clockOffset(clip, startSample);
    const step = 1 + CAMERAS.A.clockErrorPpm * 1e-6;
    const frame = Math.ceil((sample - offset) / step / FRAME_SAMPLES);
    return Math.round(offset + (frame * FRAME_SAMPLES + FRAME_SAMPLES / 12) * step);
  };
  performances.set(roll.name, { performance: perform(roll, placeClap), startSample });
}

/** As it goes into `shoot.json`; `file` is relative to it. */
type AssetEntry = { readonly file: string; readonly [key: string]: unknown };

const camerasInShoot: AssetEntry[] = [];
const pairs: object[] = [];
const unmatched: object[] = [];
const scratchFolder = mkdtempSync(join(tmpdir(), 'demo-shoot-'));
for (const clip of CLIPS) {
  const camera = CAMERAS[clip.camera];
  const file = `camera-${clip.camera.toLowerCase()}/${clip.name}.${clip.container}`;
  const heard = clip.roll === null ? null : performances.get(clip.roll)!;
  const spoken = heard?.performance.takes.find(({ take }) => take.take === clip.take) ?? null;
  const { offset, startFrame } = heard
    ? clockOffset(clip, heard.startSample)
    : { offset: 0, startFrame: framesOfTimecode(clip.insertTimecode!) };
  const endSample = (spoken?.lastWordSample ?? 0) + clip.tailSeconds * SAMPLE_RATE;
  const frameCount = Math.floor((endSample - offset) / FRAME_SAMPLES);
  const step = 1 + camera.clockErrorPpm * 1e-6;
  const clapSample = spoken?.clapSample ?? null;
  const clapFrame = clapSample === null ? null : Math.floor((clapSample - offset) / step / FRAME_SAMPLES);
  const mouths = (who: 'mara' | 'theo') =>
    heard ? mouthOpening(heard.performance.voices[who], offset, frameCount) : [];
  const shot: Shot = {
    name: clip.name,
    label: spoken ? (clapFrame === null ? 'REHEARSAL' : `${spoken.take.scene}/${spoken.take.take}`) : 'INSERT MOS',
    room: heard ? heard.performance.roll.room : 'lamp',
    camera: clip.camera,
    frameCount,
    startFrame,
    mouths: { mara: mouths('mara'), theo: mouths('theo') },
    slate:
      spoken && heard && clapFrame !== null
        ? {
            scene: spoken.take.scene,
            take: spoken.take.take,
            roll: `${clip.camera}001`,
            camera: clip.camera,
            clapFrame,
            timecodeAt: (frame) =>
              timecodeOfFrames(Math.floor((heard.startSample + offset + frame * FRAME_SAMPLES) / FRAME_SAMPLES)),
          }
        : null,
  };
  camerasInShoot.push({
    file,
    name: `${clip.name}.${clip.container.toUpperCase()}`,
    card: `CAMERA ${clip.camera}`,
    frameCount,
    startTimecode: startFrame === null ? null : timecodeOfFrames(startFrame),
    hasSound: heard !== null,
  });
  if (heard?.performance.roll.recorderFile) {
    pairs.push({
      camera: clip.name,
      recorder: heard.performance.roll.name,
      offsetSamples: offset - (DISTANCE_SAMPLES.camera - DISTANCE_SAMPLES.boom),
      clockOffsetSamples: offset,
      driftPpm: camera.clockErrorPpm,
      clapFrame,
      clapRecorderSample: clapSample! + DISTANCE_SAMPLES.boom,
    });
  } else {
    unmatched.push({ camera: clip.name, reason: heard ? 'not-recorded' : 'no-sound' });
  }
  if (only !== undefined && !clip.name.startsWith(only)) continue;

  mkdirSync(join(target, `camera-${clip.camera.toLowerCase()}`), { recursive: true });
  const frames = mkdtempSync(join(scratchFolder, `${clip.name}-`));
  for (let frame = 0; frame < frameCount; frame += 1) {
    writeFileSync(join(frames, `${String(frame).padStart(5, '0')}.svg`), frameSvg(shot, frame));
  }
  const sound = heard
    ? int16([cameraScratch(heard.performance, offset, camera.clockErrorPpm, frameCount, spoken!.take.seed)])
    : null;
  encode(
    [
      ...['-framerate', `${FRAME_RATE.numerator}/${FRAME_RATE.denominator}`, '-i', join(frames, '%05d.svg')],
      ...(sound ? ['-f', 's16le', '-ar', `${SAMPLE_RATE}`, '-ac', '1', '-i', 'pipe:0'] : []),
      ...[
        '-c:v',
        'libx264',
        '-preset',
        'veryslow',
        '-tune',
        'animation',
        '-crf',
        '27',
        '-pix_fmt',
        'yuv420p',
        '-g',
        '96',
      ],
      ...[
        '-vf',
        'scale=out_color_matrix=bt709:out_range=tv',
        '-colorspace',
        'bt709',
        '-color_primaries',
        'bt709',
        '-color_trc',
        'bt709',
      ],
      ...(sound ? ['-c:a', 'aac', '-b:a', '40k'] : []),
      ...(startFrame === null ? [] : ['-timecode', timecodeOfFrames(startFrame)]),
      ...[
        '-threads',
        '2',
        '-fflags',
        '+bitexact',
        '-flags:v',
        '+bitexact',
        '-flags:a',
        '+bitexact',
        '-movflags',
        '+faststart',
      ],
      join(target, file),
    ],
    sound ?? Buffer.alloc(0),
  );
  rmSync(frames, { recursive: true });
  console.log(`${file}  ${frameCount} frames  ${Math.round(statSync(join(target, file)).size / 1024)} KiB`);
}
rmSync(scratchFolder, { recursive: true });

const soundInShoot: AssetEntry[] = [];
mkdirSync(join(target, 'sound'), { recursive: true });
for (const { performance, startSample } of performances.values()) {
  const { roll } = performance;
  if (roll.recorderFile === null) continue;
  const file = `sound/${roll.name}.flac`;
  if (only === undefined || roll.name.startsWith(only)) {
    const raw = int16(recorderChannels(performance));
    encode(
      [
        ...['-f', 's16le', '-ar', `${SAMPLE_RATE}`, '-ac', '3', '-channel_layout', '3.0', '-i', 'pipe:0'],
        ...['-c:a', 'flac', '-compression_level', '12', '-fflags', '+bitexact', '-flags:a', '+bitexact'],
        join(target, file),
      ],
      raw,
    );
    console.log(
      `${file}  ${(performance.lengthSamples / SAMPLE_RATE).toFixed(1)} s  ${Math.round(statSync(join(target, file)).size / 1024)} KiB`,
    );
  }
  soundInShoot.push({
    file,
    name: `${roll.name}.WAV`,
    card: 'SOUND',
    lengthSamples: performance.lengthSamples,
    timeReferenceSamples: startSample,
    ...roll.recorderFile,
    tape: 'SR001',
    date: '2026-03-14',
    time: roll.startTimecode.slice(0, 8),
    channels: [
      { name: 'Boom', from: [{ channel: 0, gainDb: 0 }], noiseDb: -74 },
      { name: 'MARA', from: [{ channel: 1, gainDb: 0 }], noiseDb: -78 },
      { name: 'THEO', from: [{ channel: 2, gainDb: 0 }], noiseDb: -78 },
      {
        name: 'Mix',
        from: [
          { channel: 0, gainDb: -4 },
          { channel: 1, gainDb: -9 },
          { channel: 2, gainDb: -9 },
        ],
        noiseDb: -80,
      },
    ],
  });
}
/** So that an expansion notices a shoot that was made again. */
const withHash = (entry: AssetEntry) => ({
  ...entry,
  sha256: createHash('sha256')
    .update(readFileSync(join(target, entry.file)))
    .digest('hex'),
});
const json = (value: object) => `${JSON.stringify(value, null, 2)}\n`;
writeFileSync(
  join(target, 'shoot.json'),
  json({
    title: 'Lamplight',
    frameRate: FRAME_RATE,
    sampleRate: SAMPLE_RATE,
    cameras: camerasInShoot.map(withHash),
    recordings: soundInShoot.map(withHash),
  }),
);
writeFileSync(join(target, 'truth.json'), json({ sampleRate: SAMPLE_RATE, pairs, unmatched }));
execFileSync('du', ['-sh', target], { stdio: 'inherit' });
