import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MIGRATIONS } from '../../../src-main/project/migrations.ts';
import { openProject } from '../../../src-main/project/open-project.ts';
import type { Project } from '../../../src-main/project/project.ts';
import { toErrorReport } from '../../../src-shared/rpc/error.ts';
import { temporaryFolder } from '../../support/project-files.ts';
import { seededRandom } from '../../support/seeded-random.ts';

const SOUND = readFileSync(join(import.meta.dirname, `../../fixtures/projects/layout-${MIGRATIONS.length}.twopop`));

/** A project file with something wrong in it: cut, bits flipped, pages zeroed, swapped or filled with noise. */
function damagedCopy(random: () => number): Buffer {
  const below = (count: number) => Math.floor(random() * count);
  const bytes = Buffer.from(SOUND);
  const page = () => below(bytes.length / 4096) * 4096;
  const harms: readonly (() => Buffer)[] = [
    () => bytes.subarray(0, below(bytes.length)),
    () => {
      for (let count = 1 + below(40); count > 0; count -= 1) {
        const place = below(bytes.length);
        bytes[place] = (bytes[place] ?? 0) ^ (1 << below(8));
      }
      return bytes;
    },
    () => {
      for (let place = below(100); place < 100; place += 1 + below(20)) bytes[place] = below(256);
      return bytes;
    },
    () => bytes.fill(0, page()),
    () => {
      const [from, to] = [page(), page()];
      bytes.copyWithin(to, from, from + 4096);
      return bytes;
    },
    () => {
      const start = page();
      for (let place = start; place < start + 4096; place += 1) bytes[place] = below(256);
      return bytes;
    },
  ];
  return (harms[below(harms.length)] as () => Buffer)();
}

test('a damaged file opens, or is refused in words; it never brings the program down', async () => {
  const random = seededRandom(99);
  const folder = temporaryFolder();
  const codes = new Map<string, number>();
  for (let count = 0; count < 400; count += 1) {
    const bytes = damagedCopy(random);
    const file = join(folder, `Damaged ${count}.twopop`);
    writeFileSync(file, bytes);
    let code = 'opened';
    let project: Project | null = null;
    try {
      project = await openProject(file, { keepBackups: 0 });
      if (project.readOnly) code = 'opened read-only';
      project.snapshot();
      if (!project.readOnly) project.undo();
    } catch (error) {
      const report = toErrorReport(error);
      code = report.code;
      if (code === 'internal')
        throw new Error(`damage ${count} was not put in words: ${report.message}`, { cause: error });
      if (!project) expect(readFileSync(file).equals(bytes)).toBe(true);
    } finally {
      await project?.close();
    }
    codes.set(code, (codes.get(code) ?? 0) + 1);
  }
  expect(codes.get('project.damaged') ?? 0).toBeGreaterThan(50);
  expect(codes.get('project.not-a-project') ?? 0).toBeGreaterThan(5);
});
