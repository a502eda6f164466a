import { encodePlan } from '../../src-shared/engine/encode-plan.ts';
import type { RenderPlan } from '../../src-shared/engine/render-plan.ts';
import type { PlanHandle, SourceProblem } from './addon.ts';
import { engineAddon, runNative } from './addon.ts';

/**
 * Plays a plan piece by piece for the interface: the plan is kept open in the engine with its files, so each call costs
 * the mixing alone. Give it a new plan after each edit; spans under way still come from the plan they were asked of.
 */
export class Preview {
  private handle: PlanHandle | undefined;
  private last: Promise<unknown> = Promise.resolve();

  /** Replaces the plan. Throws `plan-invalid`, and then the plan before stays. */
  setPlan(plan: RenderPlan): void {
    const next = engineAddon().openPlan(encodePlan(plan));
    this.close();
    this.handle = next;
  }

  /** Interleaved stereo of the master, 2 * `frames` values; silence outside the plan's clips and without a plan. */
  async renderRange(fromSample: number, frames: number): Promise<Float32Array> {
    const handle = this.handle;
    if (!handle) return new Float32Array(2 * frames);
    // One at a time: spans asked for together would hold a thread of the shared pool each, only to wait for one another.
    const rendered = this.last.then(() => runNative(() => engineAddon().renderRange(handle, fromSample, frames)));
    this.last = rendered.catch(() => undefined);
    return rendered;
  }

  /** Sources of the plan that were found missing or short so far. */
  problems(): readonly SourceProblem[] {
    return this.handle ? engineAddon().planProblems(this.handle) : [];
  }

  /** Lets go of the plan and its files once the spans that were asked for have been rendered. */
  close(): void {
    const { handle } = this;
    this.handle = undefined;
    if (handle) this.last = this.last.then(() => engineAddon().closePlan(handle));
  }
}
