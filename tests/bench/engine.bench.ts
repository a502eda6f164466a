/**
 * `npm run bench:engine`: how much of its period the audio callback takes with 128 tracks of clips and fades from disk, in
 * blocks of 128 frames, also in shuttle and while plans are swapped. The peer is the period; the goal a quarter of it.
 */
import { runNativeTests } from '../../src-main/setup/native-tests.ts';

const { failed } = await runNativeTests('bench', 'engine');
process.exitCode = failed > 0 ? 1 : 0;
