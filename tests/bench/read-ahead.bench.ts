/**
 * `npm run bench:read-ahead`: what playing 128 tracks from disk costs the audio callback and the threads beside it, in
 * processor time, and how far ahead of the playhead the sound is. The peer is the callback's own period.
 */
import { runNativeTests } from '../../src-main/setup/native-tests.ts';

const { failed } = await runNativeTests('bench', 'read-ahead');
process.exitCode = failed > 0 ? 1 : 0;
