import { readFile } from 'node:fs/promises';
import { Marked, type Tokens } from 'marked';
import type { Plugin } from 'vite';

/** A page of the documentation as HTML, with the pictures that it shows by their paths beside it. */
export type DocsPage = { readonly html: string; readonly pictures: readonly string[] };

/** What stands for the address of picture `index` until the page is built. */
function placeOfPicture(index: number): string {
  return `docs-picture-${index}`;
}

/** The name by which code hosts let one link to a heading: lower case, hyphens for spaces, punctuation dropped. */
export function headingName(text: string): string {
  return text
    .toLowerCase()
    .replace(/<[^>]*>|&[a-z#0-9]+;/g, '')
    .replace(/[^\p{Letter}\p{Number}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
}

/** Makes HTML of a page. Headings can be linked to as on code hosts; wide tables scroll by themselves. */
export function docsPage(markdown: string): DocsPage {
  const pictures: string[] = [];
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth, text }: Tokens.Heading) {
        return `<h${depth} id="${headingName(text)}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      image({ href, text }: Tokens.Image) {
        const known = pictures.indexOf(href);
        const index = known >= 0 ? known : pictures.push(href) - 1;
        return `<img src="${placeOfPicture(index)}" alt="${text.replaceAll('"', '&quot;')}">`;
      },
    },
  });
  return { html: marked.parse(markdown, { async: false }), pictures };
}

/** Lets the interface import a page of `assets/docs`: the module's default is its HTML, its pictures are built with it. */
export function docsPages(): Plugin {
  return {
    name: 'twopop-docs-pages',
    enforce: 'pre',
    async load(id) {
      const path = id.split('?', 1)[0]!;
      if (!path.endsWith('.md')) return null;
      this.addWatchFile(path);
      const { html, pictures } = docsPage(await readFile(path, 'utf8'));
      const imports = pictures.map((picture, index) => `import p${index} from ${JSON.stringify(`./${picture}`)};`);
      const put = pictures.map(
        (_, index) => `.replaceAll(${JSON.stringify(`"${placeOfPicture(index)}"`)}, JSON.stringify(p${index}))`,
      );
      return `${imports.join('\n')}\nexport default ${JSON.stringify(html)}${put.join('')};\n`;
    },
  };
}
