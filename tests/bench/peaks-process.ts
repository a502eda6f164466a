// One whole process of the peaks bench: a poly WAV of known shape in, its peak file out.
import { buildPeaks } from '../../src-main/engine/peaks.ts';

const [path, dataOffsetBytes, channelCount, frameCount, outPath] = process.argv.slice(2);
if (!path || !outPath) throw new Error('usage: peaks-process.ts FILE DATA_OFFSET CHANNELS FRAMES OUT');
await buildPeaks({
  path,
  dataOffsetBytes: Number(dataOffsetBytes),
  format: 's24',
  channelCount: Number(channelCount),
  frameCount: Number(frameCount),
  outPath,
});
