import type { CommandInput } from '../../src-shared/edit/commands.ts';
import type { DocumentReader } from '../../src-shared/edit/document.ts';
import { takeSpans } from '../../src-shared/edit/take-spans.ts';
import { sourceFields } from './document-samples.ts';
import type { RandomChoice } from './random-sync-commands.ts';

/** Random recording: takes that begin, punches, what became of them, and what a person does with takes. */
export function takeCommandMakers(choice: RandomChoice, document: DocumentReader): readonly (() => CommandInput)[] {
  const { random, below, pick, someId, someIds } = choice;
  const recording = () => document.all('take').filter((take) => take.state === 'recording');
  const somePass = () => pick([...recording(), ...document.all('take')])?.pass ?? 1;
  const begin = (): CommandInput => {
    const loops = random() < 0.3;
    const loopFromSample = loops ? below(100_000) : null;
    return {
      kind: 'take.begin',
      takes: [...new Set(someIds('track'))].map((trackId) => ({
        trackId,
        name: `Track_12A_${below(100)}`,
        path: `Audio Files/r${below(1_000_000)}.wav`,
        number: 1 + below(20),
        startSample: below(200_000) - 20_000,
        punchInSample: random() < 0.5 ? below(200_000) : null,
        loopFromSample,
        loopToSample: loopFromSample === null ? null : loopFromSample + below(30_000),
        recordedAt: '2026-01-01T12:00:00Z',
      })),
    };
  };
  const finish = (): CommandInput => {
    const { path = 'Audio Files/none.wav', startSample = 0, loopFromSample, loopToSample } = pick(recording()) ?? {};
    const lengthSamples = 1 + below(120_000);
    const loop =
      loopFromSample != null && loopToSample != null ? { fromSample: loopFromSample, toSample: loopToSample } : null;
    const takes = recording().filter((take) => take.path === path);
    const punches = takes.flatMap(({ punchInSample, punchOutSample }) =>
      punchInSample === null ? [] : [{ inSample: punchInSample, outSample: punchOutSample }],
    );
    const all = { inSample: startSample + below(1000), outSample: null };
    const spans = takeSpans({
      startSample,
      lengthSamples,
      punches: random() < 0.6 ? [all, ...punches] : punches,
      loop: loop && loop.toSample - loop.fromSample > 500 ? loop : null,
    });
    return {
      kind: 'take.finish',
      files: [
        {
          path,
          state: pick(['done', 'recovered'] as const),
          source:
            random() < 0.05
              ? null
              : sourceFields({ name: `R${below(100)}`, path, channelCount: 1 + below(2), lengthSamples }),
          spans,
        },
      ],
    };
  };
  return [
    begin,
    () => ({ kind: 'take.punchIn', pass: somePass(), atSample: below(300_000) }),
    () => ({ kind: 'take.punchOut', pass: somePass(), atSample: below(300_000) }),
    finish,
    finish,
    () => ({ kind: 'take.place', pass: somePass() }),
    () => ({ kind: 'take.promote', takeId: someId('take') }),
    () => ({ kind: 'take.promote', takeId: someId('take'), fromSample: below(200_000), toSample: below(300_000) }),
    () => ({ kind: 'take.rename', takeId: someId('take'), name: `Take ${below(100)}` }),
    () => ({ kind: 'take.rate', takeIds: someIds('take'), rating: below(6) }),
    () => ({ kind: 'take.rate', takeIds: someIds('take'), circled: random() < 0.5 }),
    () => ({ kind: 'take.delete', takeIds: someIds('take') }),
    () => ({ kind: 'take.discard', takeIds: [someId('take')] }),
  ];
}
