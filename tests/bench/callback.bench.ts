/**
 * `npm run bench:callback`: the share of its period that the audio callback takes with 128 tracks of clips and fades
 * from disk at 128 frames, at speed 1, while edits arrive, and at other speeds. The peer is the period.
 */
import { runNativeTests } from '../../src-main/setup/native-tests.ts';

const { failed } = await runNativeTests('bench', 'callback');
process.exitCode = failed > 0 ? 1 : 0;
