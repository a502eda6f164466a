import { existsSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { filesBelow, importsOf, packageOf, ROOT, resolveRelative } from './source-files.ts';

const sources = filesBelow(['src-shared', 'src-main', 'src-renderer'], /\.(ts|tsx|mjs)$/);
const isBuiltin = (specifier: string) => specifier.startsWith('node:') || builtinModules.includes(specifier);

type Edge = { from: string; to: string; specifier: string; isType: boolean; relative: boolean };
const edges: Edge[] = sources.flatMap((from) =>
  importsOf(from).map(({ specifier, isType }) => {
    const relative = specifier.startsWith('.');
    return { from, to: relative ? resolveRelative(from, specifier) : specifier, specifier, isType, relative };
  }),
);

const shown = (broken: readonly Edge[]) => broken.map(({ from, specifier }) => `${from} imports ${specifier}`);
const root = (path: string) => path.split('/')[0] as string;
const domain = (path: string) => path.split('/').slice(0, 2).join('/');

/** Folders of src-main that are not domains: they wire, serve or start the others. */
const WIRING = new Set([
  'src-main/host',
  'src-main/server',
  'src-main/electron',
  'src-main/cli',
  'src-main/setup',
  'src-main/demo',
]);
/** What a domain's files may share besides `src-shared`: how files reach the disk. It knows no domain itself. */
const SHARED_DOMAINS = new Set(['src-main/files']);

describe('imports', () => {
  test('sources were found', () => {
    expect(sources.length).toBeGreaterThan(20);
    expect(edges.length).toBeGreaterThan(50);
  });

  test('every relative import names a file that is there, with its extension', () => {
    const broken = edges.filter((edge) => edge.relative && !/\?/.test(edge.to) && !existsSync(join(ROOT, edge.to)));
    expect(shown(broken)).toEqual([]);
  });

  test('src-shared imports only itself and pure packages', () => {
    const pure = new Set(['zod', '@orpc/contract']);
    const broken = edges.filter(
      (edge) =>
        root(edge.from) === 'src-shared' &&
        (edge.relative
          ? root(edge.to) !== 'src-shared'
          : isBuiltin(edge.specifier) || !pure.has(packageOf(edge.specifier))),
    );
    expect(shown(broken)).toEqual([]);
  });

  test('src-main and src-renderer import src-shared and never each other', () => {
    const broken = edges.filter(
      (edge) =>
        edge.relative &&
        ((root(edge.from) === 'src-main' && root(edge.to) === 'src-renderer') ||
          (root(edge.from) === 'src-renderer' && root(edge.to) === 'src-main') ||
          root(edge.to) === 'tests'),
    );
    expect(shown(broken)).toEqual([]);
  });

  test('the renderer needs nothing of Node', () => {
    const broken = edges.filter((edge) => root(edge.from) === 'src-renderer' && isBuiltin(edge.specifier));
    expect(shown(broken)).toEqual([]);
  });

  test.each([
    ['electron', 'src-main/electron/'],
    ['better-sqlite3', 'src-main/project/'],
    ['naudiodon', 'src-main/engine/devices/'],
    ['ffmpeg-static', 'src-main/media/'],
    ['tone', 'src-renderer/audition/'],
    ['ws', 'src-main/server/'],
  ])('only its own folder imports %s', (name, folder) => {
    const broken = edges.filter(
      (edge) => !edge.relative && packageOf(edge.specifier) === name && !edge.from.startsWith(folder),
    );
    expect(shown(broken)).toEqual([]);
  });

  test('domains of src-main do not import sibling domains, nor the host or a shell', () => {
    const broken = edges.filter(
      (edge) =>
        edge.relative &&
        root(edge.from) === 'src-main' &&
        root(edge.to) === 'src-main' &&
        !WIRING.has(domain(edge.from)) &&
        domain(edge.to) !== domain(edge.from) &&
        !SHARED_DOMAINS.has(domain(edge.to)),
    );
    expect(shown(broken)).toEqual([]);
  });

  test('the host knows neither shell nor command line', () => {
    const above = new Set(['src-main/server', 'src-main/electron', 'src-main/cli']);
    const broken = edges.filter(
      (edge) => edge.relative && domain(edge.from) === 'src-main/host' && above.has(domain(edge.to)),
    );
    expect(shown(broken)).toEqual([]);
  });

  test('the entry files of the shells know no domain', () => {
    const entries = ['src-main/server/main.ts', 'src-main/electron/main.ts'];
    const broken = edges.filter(
      (edge) =>
        edge.relative && entries.includes(edge.from) && root(edge.to) === 'src-main' && !WIRING.has(domain(edge.to)),
    );
    expect(shown(broken)).toEqual([]);
  });

  test('nothing imports in a circle', () => {
    const graph = new Map<string, string[]>();
    for (const { from, to, relative, isType } of edges) {
      if (relative && !isType) graph.set(from, [...(graph.get(from) ?? []), to]);
    }
    const done = new Set<string>();
    const circles: string[] = [];
    const walk = (path: string, trail: readonly string[]): void => {
      if (trail.includes(path)) {
        circles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
        return;
      }
      if (done.has(path)) return;
      for (const next of graph.get(path) ?? []) walk(next, [...trail, path]);
      done.add(path);
    };
    for (const path of graph.keys()) walk(path, []);
    expect(circles).toEqual([]);
  });
});
