import { MEDIA_ROUTES } from '../../src-shared/rpc/media-routes.ts';
import { reportOf } from '../app/connection.ts';
import { PreviewPlayer, type RenderMix } from '../audition/preview-player.ts';
import { ToneOutput } from '../audition/tone-output.ts';
import type { OpenProject } from '../project/open-project.ts';
import { tellError } from '../ui/toasts.ts';
import { useChosenTake } from './chosen-take.ts';
import type { Span } from './takes-here.ts';

/** A source to be heard alone: its first sample lies at `startSample` of the timeline. */
type Heard = {
  readonly takeId: number;
  readonly sourceId: number;
  readonly channelCount: number;
  readonly startSample: number;
};

/** Plays one take alone, through the page: nothing on the timeline is changed, and the transport stands meanwhile. */
class TakeAudition {
  #output: ToneOutput | null = null;
  #player: PreviewPlayer | null = null;
  #unsubscribe: (() => void) | null = null;

  play(project: OpenProject, heard: Heard, span: Span): void {
    this.stop();
    project.transport.stop();
    const { sampleRate } = project.mirror.clock();
    if (this.#output?.sampleRate !== sampleRate) {
      void this.#output?.close();
      this.#output = new ToneOutput(sampleRate);
    }
    this.#output.setMonitorGainDb(project.transport.store.getState().monitorGainDb);
    const failed = (error: unknown) => {
      if (this.#player !== player) return;
      this.stop();
      tellError(reportOf(error));
    };
    const player = new PreviewPlayer(
      this.#output,
      renderTake(project, heard),
      { speed: 1, loop: null, endSample: span.toSample },
      span.fromSample,
      {
        onStart: () => undefined,
        onEnd: () => this.#player === player && this.stop(),
        onUnderrun: () => undefined,
        onError: failed,
      },
    );
    this.#player = player;
    this.#unsubscribe = project.transport.store.subscribe(({ phase }) => phase !== 'stopped' && this.stop());
    useChosenTake.setState({ playingId: heard.takeId });
    player.start().catch(failed);
  }

  stop(): void {
    this.#player?.stop();
    this.#player = null;
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    if (useChosenTake.getState().playingId !== null) useChosenTake.setState({ playingId: null });
  }
}

/** The page's one audition of takes. */
export const takeAudition = new TakeAudition();

/** Left and right of the take's source by timeline samples; what is mono is in both. */
function renderTake({ session }: OpenProject, { sourceId, channelCount, startSample }: Heard): RenderMix {
  const fetchChannel = async (channel: number, from: number, count: number, signal: AbortSignal) => {
    const query = `?source=${sourceId}&channel=${channel}&from=${from}&count=${count}`;
    const response = await session.fetchMedia(MEDIA_ROUTES.samples + query, { signal });
    return new Float32Array(await response.arrayBuffer());
  };
  return async (fromSample, count, signal) => {
    const from = Math.max(0, fromSample - startSample);
    const before = from - (fromSample - startSample);
    const [left, right] = await Promise.all(
      [0, Math.min(1, channelCount - 1)].map((channel) => fetchChannel(channel, from, count - before, signal)),
    );
    const mixed = new Float32Array(count * 2);
    for (let at = before; at < count; at++) {
      mixed[2 * at] = left?.[at - before] ?? 0;
      mixed[2 * at + 1] = right?.[at - before] ?? 0;
    }
    return mixed;
  };
}
