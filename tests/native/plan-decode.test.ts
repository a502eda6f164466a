import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { engineAddon } from '../../src-main/engine/addon.ts';

const golden = new Uint8Array(readFileSync(new URL('../golden/render-plan-v1.bin', import.meta.url)));
const engine = engineAddon();

/** Opens bytes as a plan: true when taken, false when refused as a plan should be; anything else fails the test. */
function taken(bytes: Uint8Array): boolean {
  try {
    engine.closePlan(engine.openPlan(bytes));
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: 'plan-invalid' });
    expect((error as Error).message).toMatch(/^Render plan refused at byte \d+: /);
    return false;
  }
}

describe('the native reader of render plans', () => {
  it('takes the golden file', () => {
    expect(taken(golden)).toBe(true);
  });

  it('refuses the golden file cut at any byte', () => {
    for (let length = 0; length < golden.length; length++) expect(taken(golden.slice(0, length))).toBe(false);
  });

  it('refuses a byte to spare and another version', () => {
    expect(taken(Uint8Array.from([...golden, 0]))).toBe(false);
    expect(taken(golden.with(4, 2))).toBe(false);
  });

  it('survives changed bytes, and renders what it takes', async () => {
    const change = fc.record({
      at: fc.nat(golden.length - 1),
      bytes: fc.oneof(
        fc.uint8Array({ minLength: 1, maxLength: 8 }),
        fc.constantFrom([255, 255, 255, 255, 255, 255, 255, 127], [0, 0, 0, 0, 0, 0, 240, 127], [255, 255, 255, 255]),
      ),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        const bytes = golden.slice();
        for (const { at, bytes: over } of changes) bytes.set(over.slice(0, bytes.length - at), at);
        if (!taken(bytes)) return;
        const plan = engine.openPlan(bytes);
        for (const from of [-10, 5_000, 9_500, 2 ** 32]) {
          const samples = await engine.renderRange(plan, from, 1000);
          expect(samples.length).toBe(2000);
        }
        engine.closePlan(plan);
      }),
      { numRuns: 2000 },
    );
  });

  it('refuses random bytes behind a right header', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 8, maxLength: 400 }), (tail) => {
        const bytes = Uint8Array.from([...golden.slice(0, 16), ...tail]);
        new DataView(bytes.buffer).setBigUint64(8, BigInt(bytes.length), true);
        taken(bytes);
      }),
      { numRuns: 2000 },
    );
  });

  it('does not ask for memory that its counts only claim', () => {
    const bytes = golden.slice();
    new DataView(bytes.buffer).setUint32(20, 1_000_000, true);
    expect(taken(bytes)).toBe(false);
  });

  it('refuses to work with a closed plan, or with something else', () => {
    const plan = engine.openPlan(golden);
    engine.closePlan(plan);
    engine.closePlan(plan);
    expect(() => engine.renderRange(plan, 0, 10)).toThrow(/closed/);
    expect(() => engine.renderRange({} as never, 0, 10)).toThrow(TypeError);
    expect(() => engine.openPlan('x' as never)).toThrow(TypeError);
  });
});
