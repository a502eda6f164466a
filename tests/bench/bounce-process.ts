// One whole process of the bounce bench: session file in, stems and master out.
import { join } from 'node:path';
import type { BusSide } from '../../src-main/engine/addon.ts';
import { bounce } from '../../src-main/engine/bounce.ts';
import { plainWavHeader, reelPlan } from './reel-plan.ts';

const [sessionPath, outFolder] = process.argv.slice(2);
if (!sessionPath || !outFolder) throw new Error('usage: bounce-process.ts SESSION.json OUT_FOLDER');
const plan = reelPlan(sessionPath);
const sides: BusSide[] = ['left', 'right'];
const output = (name: string, channels: Parameters<typeof bounce>[0]['outputs'][number]['channels']) => ({
  path: join(outFolder, `${name}.wav`),
  headerBytes: plainWavHeader(plan.sampleRate, 2, 24, plan.lengthSamples),
  channels,
  sampleFormat: 's24' as const,
  dither: false,
});
const result = await bounce({
  plan,
  fromSample: 0,
  lengthSamples: plan.lengthSamples,
  overwrite: true,
  outputs: [
    ...plan.stems.map((name, index) =>
      output(
        name,
        sides.map((side) => ({ bus: 'stem', index, side })),
      ),
    ),
    output(
      'MASTER',
      sides.map((side) => ({ bus: 'master', side })),
    ),
  ],
});
if (result.problems.length > 0) throw new Error(JSON.stringify(result.problems));
