import { type ErrorReport, toErrorReport } from '../../src-shared/rpc/error.ts';
import type { NativeScene } from '../engine/process/native-engine.ts';
import { type LivePlan, nativeScene, type SceneParts } from './live-scene.ts';

/** Where the open project is compiled for the engine. */
export type LivePlans = {
  require(): {
    livePlan(): Promise<LivePlan>;
    /** Whether a file that was away is there again. */
    findMissing(): Promise<boolean>;
  };
};

/** What the engine plays besides the document, and at which rate the device runs. */
export type SceneFacts = Omit<SceneParts, 'live' | 'planIsKnown'> & { readonly sampleRate: number };

export type SceneFeedOptions = {
  /** As they are now; null while no device runs. */
  readonly facts: () => SceneFacts | null;
  /** The open project as it is now; null without one. */
  readonly compile: () => Promise<LivePlan | null>;
  readonly send: (scene: NativeScene) => Promise<void>;
  /** Why the last plan is not the one that is played; null: it is. */
  readonly refused: (report: ErrorReport | null) => void;
};

/**
 * Keeps the engine on the document as it is edited. A plan that is refused leaves the one before playing; everything
 * else of a scene goes on to be taken, in the places of the plan that plays.
 */
export class SceneFeed {
  private readonly options: SceneFeedOptions;
  /** What the engine plays, or is to be given before anything else. */
  private playing: LivePlan | null = null;
  private engineHasPlan = false;
  private isStale = false;
  private compiling: Promise<void> | null = null;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(options: SceneFeedOptions) {
    this.options = options;
  }

  /** The document was edited. Edits that come while a plan is under way are compiled together. */
  edited(): void {
    this.isStale = true;
    if (!this.compiling && this.options.facts()) void this.compile();
  }

  /** Compiles the document as it is now and resolves when it is played, or was refused. */
  async compile(): Promise<void> {
    this.isStale = true;
    this.compiling ??= this.compileWhileStale().finally(() => {
      this.compiling = null;
    });
    return this.compiling;
  }

  /** Has all that is not the plan heard as it is now. Throws what the engine refuses. */
  scene(): Promise<void> {
    return this.inTurn(() => this.send(this.playing));
  }

  /** The engine was started or opened anew: it knows no plan. */
  engineIsNew(): void {
    this.engineHasPlan = false;
  }

  /** The project is about to be closed: nothing is played. Waits for a plan of it that is under way. */
  async clear(): Promise<void> {
    this.isStale = false;
    await this.compiling;
    this.playing = null;
    this.engineHasPlan = false;
  }

  private async compileWhileStale(): Promise<void> {
    while (this.isStale) {
      // Commits of one turn of the event loop are one edit.
      await new Promise((resolve) => setImmediate(resolve));
      this.isStale = false;
      try {
        const live = await this.options.compile();
        await this.inTurn(() => this.send(live, true));
        this.options.refused(null);
      } catch (error) {
        const report = toErrorReport(error);
        if (report.code !== 'audio-process-ended') this.options.refused(report);
      }
    }
  }

  private async send(live: LivePlan | null, isNew = false): Promise<void> {
    const facts = this.options.facts();
    if (!facts) return;
    const fits = live !== null && live.plan.sampleRate === facts.sampleRate;
    const planIsKnown = !isNew && this.engineHasPlan;
    await this.options.send(nativeScene({ ...facts, live: fits ? live : emptyPlan(facts.sampleRate), planIsKnown }));
    this.playing = live;
    this.engineHasPlan = true;
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.turn.then(work);
    this.turn = done.catch(() => {});
    return done;
  }
}

function emptyPlan(sampleRate: number): LivePlan {
  return { plan: { sampleRate, lengthSamples: 0, sources: [], tracks: [], stems: [] }, trackIds: [] };
}
