import { describe, expect, test } from 'vitest';
import { filesBelow, textOf } from './source-files.ts';

const sources = filesBelow(['native/src', 'native/include'], /\.(cc|h|cpp|hpp|mm)$/);
const includes = sources.flatMap((from) =>
  [...textOf(from).matchAll(/^\s*#\s*include\s*[<"]([^>"]+)[>"]/gm)].map((match) => ({ from, to: match[1] as string })),
);
const shown = (broken: readonly { from: string; to: string }[]) =>
  broken.map(({ from, to }) => `${from} includes ${to}`);
const inFolder = (path: string, ...names: string[]) => names.some((name) => path.startsWith(`native/src/${name}/`));

describe('native includes', () => {
  test('sources were found', () => {
    expect(includes.length).toBeGreaterThan(20);
  });

  test('Node-API is known to src/bind alone', () => {
    const broken = includes.filter(
      ({ from, to }) => /(^|\/)(napi|node_api|js_native_api|node|v8|uv)[\w-]*\.h$/.test(to) && !inFolder(from, 'bind'),
    );
    expect(shown(broken)).toEqual([]);
  });

  test('rt and dsp include neither disk nor bind', () => {
    const broken = includes.filter(({ from, to }) => inFolder(from, 'rt', 'dsp') && /(^|\/)(disk|bind)\//.test(to));
    expect(shown(broken)).toEqual([]);
  });

  test('dsp includes only itself and native/include', () => {
    const broken = includes.filter(({ from, to }) => inFolder(from, 'dsp') && /(^|\/)(rt|disk|device|bind)\//.test(to));
    expect(shown(broken)).toEqual([]);
  });

  test('rt opens no files and takes no locks', () => {
    const forbidden =
      /^(fstream|iostream|cstdio|stdio\.h|mutex|shared_mutex|condition_variable|filesystem|fcntl\.h|unistd\.h)$/;
    const broken = includes.filter(({ from, to }) => inFolder(from, 'rt', 'dsp') && forbidden.test(to));
    expect(shown(broken)).toEqual([]);
  });
});
