/**
 * `npm run bench:punch [N]`: N random punches (1,000) on pumped devices of random blocks, latencies, loops and pre-rolls;
 * every sample of every take against the timeline, and all of it twice.
 */
import { runNativeTests } from '../../src-main/setup/native-tests.ts';

process.env.TWOPOP_PUNCHES = process.argv[2] ?? '1000';
const { failed } = await runNativeTests('plain', 'live-session');
process.exitCode = failed > 0 ? 1 : 0;
