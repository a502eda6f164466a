import { basename, extname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { committedFiles, filesBelow, textOf } from './source-files.ts';

const code = filesBelow(
  ['src-shared', 'src-main', 'src-renderer', 'native/src', 'native/include', 'tests'],
  /\.(ts|tsx|mjs|cjs|cc|h|css)$/,
).filter((path) => !/\/(fixtures|golden)\//.test(path));

describe('file names', () => {
  test('are kebab-case after what they define, React components PascalCase.tsx', () => {
    const odd = code.filter((path) => {
      const name = basename(path);
      return extname(path) === '.tsx'
        ? !/^([A-Z][A-Za-z0-9]*|[a-z0-9]+(-[a-z0-9]+)*(\.(test|bench))?)\.tsx$/.test(name)
        : !/^[a-z0-9]+([-.][a-z0-9]+)*\.(ts|mjs|cjs|cc|h|css)$/.test(name);
    });
    expect(odd).toEqual([]);
  });

  test('promise something: no utils, helpers, misc or barrels', () => {
    const vague = code.filter(
      (path) =>
        /(^|[/-])(utils?|helpers?|misc|common|stuff|lib)(\/|\.|-)/.test(path) ||
        (basename(path) === 'index.ts' && !path.startsWith('tests/')),
    );
    expect(vague).toEqual([]);
  });
});

describe('files', () => {
  test('stay readable: no file of more than 600 lines but a journey, which is one story', () => {
    const long = code
      .filter((path) => !path.endsWith('.journey.ts'))
      .map((path) => `${path}: ${textOf(path).split('\n').length}`)
      .filter((line) => Number(line.split(': ')[1]) > 600);
    expect(long).toEqual([]);
  });

  test("name no path of anyone's machine and no private registry", () => {
    const isText =
      /\.(ts|tsx|mjs|cjs|js|json|md|yml|yaml|css|html|cc|h|gyp|sh|py|txt|svg)$|(^|\/)(run|LICENSE|\.npmrc|\.gitignore)$/;
    const machine = new RegExp(
      [
        '/(home|Users)/(?!me\\b)[a-z]',
        '[^\\w.]/work/',
        'registry\\.(?!npmjs\\.org|h\\b)[a-z]',
        'localhost:\\d+/npm',
      ].join('|'),
    );
    const found = committedFiles()
      .filter(
        (path) =>
          isText.test(path) && !/\/(fixtures|golden)\//.test(path) && path !== 'tests/architecture/file-rules.test.ts',
      )
      .flatMap((path) =>
        textOf(path)
          .split('\n')
          .map((line, index) => ({ line, at: `${path}:${index + 1}` }))
          .filter(({ line }) => machine.test(line))
          .map(({ line, at }) => `${at}: ${line.trim().slice(0, 120)}`),
      );
    expect(found).toEqual([]);
  });

  test('leave nothing marked for later', () => {
    const marker = new RegExp(
      `\\b(${['TO', 'FIX', 'XX'].map((head, index) => head + ['DO', 'ME', 'X'][index]).join('|')})\\b`,
    );
    const found = code.flatMap((path) =>
      textOf(path)
        .split('\n')
        .map((line, index) => ({ line, at: `${path}:${index + 1}` }))
        .filter(({ line }) => marker.test(line))
        .map(({ at }) => at),
    );
    expect(found).toEqual([]);
  });
});

describe('tests', () => {
  test('say so where one skips for want of data', () => {
    const silent = filesBelow(['tests'], /\.(test|journey)\.tsx?$/).filter((path) => {
      const text = textOf(path);
      // What a platform has not (a device, a permission) is no want of data.
      const skips = text.split('\n').filter((line) => /\bskip(If)?\(/.test(line) && !/process\.|\/dev\//.test(line));
      return skips.length > 0 && !/skipped|console\.(warn|log)|process\.stderr|whyNoJourney/i.test(text);
    });
    expect(silent).toEqual([]);
  });
});
