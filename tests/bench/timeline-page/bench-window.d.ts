/// <reference types="vite/client" />
import type { FrameFigures } from '../../../src-renderer/timeline/canvas/protocol.ts';
import type { TimelineContext } from '../../../src-renderer/timeline/timeline-context.ts';

declare global {
  /** What the bench page offers to whoever drives it. */
  const timelineBench: {
    readonly context: TimelineContext;
    readonly sent: readonly { readonly kind: string }[];
    readonly notices: readonly { readonly message: string }[];
    readonly loadMs: number;
    readonly firstPicture: Promise<number>;
    animate(
      milliseconds: number,
      step: (share: number) => void,
    ): Promise<FrameFigures & { readonly pageIntervalMs: readonly number[] }>;
    awaited(): Promise<number>;
    run(id: string): unknown;
  };
}
