import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readWaveFile } from '../../../src-main/media/wave-file.ts';
import { parseFrameRate } from '../../../src-shared/time/frame-rate.ts';
import { formatTimecode, startFrameOfTimeReference } from '../../../src-shared/time/timecode.ts';

const folder = join(import.meta.dirname, '../../../../shared/data/interchange/bwf');
const present = existsSync(folder);
if (!present) console.warn(`SKIPPED: the real recorder files are not at ${folder}; only made files were read`);

describe.skipIf(!present)('real recorder files read as their facts say', () => {
  const names = present ? readdirSync(folder).filter((name) => name.endsWith('.facts.json')) : [];
  it.each(names)('%s', async (name) => {
    const facts = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    const path = join(folder, facts.file);
    if (facts.frames === undefined) {
      await expect(readWaveFile(path)).rejects.toMatchObject({ code: 'media-damaged' });
      return;
    }
    const wave = (await readWaveFile(path))!;
    expect(wave.form).toBe(facts.form);
    expect(wave.ds64).toEqual(facts.ds64);
    expect(wave.chunks).toEqual(facts.chunks);
    expect({
      tag: wave.format.tag,
      channels: wave.format.channelCount,
      sampleRate: wave.format.sampleRate,
      blockAlign: wave.format.blockAlign,
      bits: wave.format.bitsPerSample,
    }).toEqual({ ...facts.fmt, tag: facts.fmt.tag === 0xfffe ? 1 : facts.fmt.tag });
    expect(wave.frames).toBe(facts.frames);
    if (facts.bext) {
      const { loudness, garbageAfterNul: _, ...bext } = facts.bext;
      expect(wave.bext).toMatchObject(bext);
      if (loudness)
        expect(wave.bext!.loudness).toEqual({
          integratedLufs: loudness[0],
          rangeLu: loudness[1],
          maxTruePeakDbtp: loudness[2],
          maxMomentaryLufs: loudness[3],
          maxShortTermLufs: loudness[4],
        });
      expect(wave.metadata.timeReference).toBe(facts.bext.timeReference);
    } else expect(wave.bext).toBeNull();
    if (facts.ixml) {
      const { speed, tracks, ...fields } = facts.ixml;
      expect(wave.ixml).toMatchObject(fields);
      expect(wave.ixml!.speed).toMatchObject(speed);
      expect(wave.ixml!.tracks).toEqual(
        tracks.map((track: Record<string, string | null>) => ({
          channelIndex: track.channel,
          interleaveIndex: track.interleave,
          name: track.name,
          function: track.function,
        })),
      );
      const { metadata } = wave;
      expect([metadata.scene, metadata.take, metadata.tape]).toEqual([fields.scene, fields.take, fields.tape]);
      const rate = metadata.frameRate!;
      expect(rate).toEqual(parseFrameRate(speed.TIMECODE_RATE ?? speed.MASTER_SPEED));
    } else expect(wave.ixml).toBeNull();
    if (facts.startTc) {
      const { timeReference, timestampSampleRate, frameRate } = wave.metadata;
      const frame = startFrameOfTimeReference(timeReference!, timestampSampleRate, frameRate!);
      expect(frame).toBe(facts.startTc.frames);
      expect(formatTimecode(frame, frameRate!)).toBe(facts.startTc.tc);
    }
    if (facts.waveAgent) {
      expect(wave.metadata.scene).toBe(facts.waveAgent.scene);
      // The report lists the channels of every file of the set.
      expect(facts.waveAgent.tracks).toEqual(expect.arrayContaining([...wave.metadata.trackNames!]));
    }
    if (facts.cues) expect(wave.cues.map(({ id, sample }) => ({ id, sample }))).toEqual(facts.cues);
    if (facts.cueLabels) expect(wave.cues.map(({ id, label }) => ['labl', id, label])).toEqual(facts.cueLabels);
  });
});
