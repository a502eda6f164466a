import type { StoreApi } from 'zustand/vanilla';
import type { CommandInput } from '../../src-shared/edit/commands.ts';
import type { EngineLink } from '../engine/engine-link.ts';
import type { TrackInputsEditor } from '../engine/track-inputs.ts';
import type { Mirror } from '../project/mirror.ts';
import type { TimelineView } from './timeline-view.ts';

/** The playing position as the timeline sees it. `positionSamples` is asked for at each frame while it plays. */
export type TimelineTransport = {
  positionSamples(): number;
  playing(): boolean;
  /** Called when it begins or ends. The returned function ends that. */
  onPlaying(listener: () => void): () => void;
  locate(sample: number): void;
};

/** The way to the host. `apply` resolves when the command is committed and rejects with a `TwopopError` shape. */
export type TimelineCommands = {
  apply(command: CommandInput): Promise<unknown>;
  undo(): Promise<unknown>;
  redo(): Promise<unknown>;
};

/** Where peaks and samples are fetched, and the token that the host asks for. */
export type TimelineMedia = { readonly baseUrl: string; readonly token: string };

/** Something to tell the person: `problem` stays until read, `note` goes by itself. */
export type TimelineNotice = {
  readonly level: 'note' | 'problem';
  readonly message: string;
  readonly remedy?: string;
  /** A button beside it that goes further. */
  readonly action?: { readonly label: string; readonly run: () => void };
};

/** What an action or a gesture works with. The same object serves the component, the keymap and the palette. */
export type TimelineContext = {
  readonly mirror: Mirror;
  readonly view: StoreApi<TimelineView>;
  readonly transport: TimelineTransport;
  readonly commands: TimelineCommands;
  readonly engine: EngineLink;
  readonly trackInputs: TrackInputsEditor;
  readonly readOnly: boolean;
  readonly onNotice: (notice: TimelineNotice) => void;
};
