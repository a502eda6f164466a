import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { docsPage, headingName } from '../../../src-main/setup/docs-pages.ts';
import { PROJECT_ROOT } from '../../../src-main/setup/project-root.ts';

const DOCS = join(PROJECT_ROOT, 'assets', 'docs');
const PAGES = readdirSync(DOCS)
  .filter((name) => name.endsWith('.md'))
  .map((name) => ({ name, page: docsPage(readFileSync(join(DOCS, name), 'utf8')) }));

describe('a page of the documentation', () => {
  test('names headings as code hosts do', () => {
    expect(headingName('How a match is made')).toBe('how-a-match-is-made');
    expect(headingName('Offset, drift: what they mean')).toBe('offset-drift-what-they-mean');
    expect(headingName('What if the recorder’s clock was wrong?')).toBe('what-if-the-recorders-clock-was-wrong');
  });

  test('keeps the place of each picture, once by its path', () => {
    const made = docsPage('![A "list"](pictures/a.png)\n\n![B](pictures/b.svg) ![again](pictures/a.png)\n');
    expect(made.pictures).toEqual(['pictures/a.png', 'pictures/b.svg']);
    expect(made.html).toContain('<img src="docs-picture-0" alt="A &quot;list&quot;">');
    expect(made.html).toContain('<img src="docs-picture-1" alt="B">');
    expect(made.html).toContain('<img src="docs-picture-0" alt="again">');
  });
});

test('the pages show only pictures that are there, and all of them', () => {
  const there = readdirSync(join(DOCS, 'pictures')).map((name) => `pictures/${name}`);
  expect(PAGES.flatMap(({ page }) => page.pictures).sort()).toEqual(there.sort());
});

describe.each(PAGES)('the page $name', ({ page }) => {
  test('leads only to headings of its own, which the application can follow', () => {
    const targets = [...page.html.matchAll(/<a href="([^"]*)"/g)].map(([, href]) => href!);
    const names = new Set([...page.html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => `#${id}`));
    expect(targets.filter((target) => !names.has(target))).toEqual([]);
    expect(names.size).toBeGreaterThan(5);
  });

  test('says in words what each picture shows', () => {
    const silent = [...page.html.matchAll(/alt="([^"]*)"/g)].filter(([, alt]) => alt!.length < 15);
    expect(silent).toEqual([]);
  });

  test('weighs little: its pictures stay under 1.5 MB together', () => {
    const bytes = page.pictures.reduce((sum, path) => sum + statSync(join(DOCS, path)).size, 0);
    expect(bytes).toBeLessThan(1_500_000);
  });
});
