import type { StoreApi } from 'zustand/vanilla';
import type { Speed } from '../../src-shared/engine/live-engine.ts';
import type { RecordState } from '../../src-shared/rpc/record-schemas.ts';
import type { Mirror } from '../project/mirror.ts';
import type { TimelineView } from '../timeline/timeline-view.ts';
import type { EnginePlayback } from './engine-playback.ts';
import type { PlaybackEvents } from './playback.ts';
import type { PreviewPlayback } from './preview-playback.ts';
import { NORMAL_SPEED } from './speeds.ts';
import type { TransportPreferences } from './transport-preferences.ts';

export type TransportState = {
  /** `starting`: it takes so long to begin that it is worth saying. */
  readonly phase: 'stopped' | 'starting' | 'playing';
  /** Timeline samples per sample; 0 while stopped. */
  readonly speed: number;
  /** That of play: varispeed. The shuttle has its own. */
  readonly playSpeed: Speed;
  readonly looping: boolean;
  /** How often the preview did not keep up since playing began. */
  readonly underruns: number;
  /** Of the preview. */
  readonly monitorGainDb: number;
};

/** Of a project that was just opened. */
export const AT_FIRST: TransportState = {
  phase: 'stopped',
  speed: 0,
  playSpeed: NORMAL_SPEED,
  looping: false,
  underruns: 0,
  monitorGainDb: 0,
};

export type TransportOptions = {
  readonly mirror: Mirror;
  readonly view: StoreApi<TimelineView>;
  readonly preview: (events: PlaybackEvents) => PreviewPlayback;
  readonly engine: (events: PlaybackEvents) => EnginePlayback;
  readonly preferences: () => Pick<
    TransportPreferences,
    'returnOnStop' | 'preRollOn' | 'preRollSeconds' | 'postRollOn' | 'postRollSeconds' | 'keepPitch'
  >;
  /** While something is recorded, from the key until it is taken in, nothing but stop moves the transport. */
  readonly recordPhase: () => RecordState['phase'];
  /** Ends the recording and its rolling, and stands there. */
  readonly stopRecording: (standAtSample: number) => void;
  /** Play was asked for while a recording that has ended is still being taken in. */
  readonly onFinishing: () => void;
  readonly onError: (error: unknown) => void;
};
