/** An element of a small XML document: attributes are not kept, text is that directly inside, trimmed. */
export type XmlElement = { readonly name: string; readonly text: string; readonly children: readonly XmlElement[] };

type OpenElement = { name: string; text: string; children: OpenElement[] };

const maxDepth = 64;
const maxElements = 50_000;

/**
 * Reads XML as recorders write it: padded, with garbage after the end, stray `&` and `<` in text, tags left open or
 * closed in the wrong order. Never throws. Nothing outside is loaded and no entity but the five of XML and numbers is
 * expanded; document types are skipped. Returns the outermost elements. Time and memory are linear in the text;
 * elements deeper than 64 or beyond 50,000 are left out.
 */
export function parseForgivingXml(text: string): readonly XmlElement[] {
  const root: OpenElement = { name: '', text: '', children: [] };
  const open: OpenElement[] = [root];
  let tooDeep = 0;
  let count = 0;
  let at = 0;
  // Kept from tag to tag: looking for it anew from every `<` would take quadratic time.
  let nextClose = text.indexOf('>');
  const addText = (piece: string) => {
    if (tooDeep === 0) open.at(-1)!.text += piece;
  };
  while (at < text.length) {
    const tag = text.indexOf('<', at);
    if (tag < 0) {
      addText(expandEntities(text.slice(at)));
      break;
    }
    if (tag > at) addText(expandEntities(text.slice(at, tag)));
    if (text.startsWith('<!--', tag)) at = after(text, '-->', tag + 4);
    else if (text.startsWith('<![CDATA[', tag)) {
      const end = text.indexOf(']]>', tag);
      addText(text.slice(tag + 9, end < 0 ? text.length : end));
      at = end < 0 ? text.length : end + 3;
    } else if (text[tag + 1] === '?') at = after(text, '?>', tag);
    else if (text[tag + 1] === '!') at = after(text, '>', tag);
    else {
      if (nextClose >= 0 && nextClose < tag) nextClose = text.indexOf('>', tag);
      const end = nextClose;
      const closing = text[tag + 1] === '/';
      const name = end < 0 ? '' : nameAt(text, tag + (closing ? 2 : 1), end);
      if (name === '') {
        addText('<');
        at = tag + 1;
        continue;
      }
      at = end + 1;
      if (closing) {
        const match = open.findLastIndex((element, index) => index > 0 && element.name === name);
        if (tooDeep > 0) tooDeep--;
        else if (match > 0) open.length = match;
      } else if (text[end - 1] === '/') {
        if (tooDeep === 0 && ++count <= maxElements) open.at(-1)!.children.push({ name, text: '', children: [] });
      } else if (open.length > maxDepth || ++count > maxElements) tooDeep++;
      else {
        const element: OpenElement = { name, text: '', children: [] };
        open.at(-1)!.children.push(element);
        open.push(element);
      }
    }
  }
  return trimmed(root).children;
}

function trimmed(element: OpenElement): XmlElement {
  return { name: element.name, text: element.text.trim(), children: element.children.map(trimmed) };
}

function after(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at < 0 ? text.length : at + mark.length;
}

/** The tag name at `from`, or '' where none starts there: then the `<` was meant as text. */
function nameAt(text: string, from: number, end: number): string {
  let to = from;
  while (to < end && to - from < 200 && /[A-Za-z0-9_:.-]/.test(text[to]!)) to++;
  if (!/[A-Za-z_]/.test(text[from] ?? '')) return '';
  return to === end || /[\s/]/.test(text[to]!) ? text.slice(from, to) : '';
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function expandEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(amp|lt|gt|quot|apos));/g,
    (whole, decimal, hex, name) => {
      if (name) return named[name] ?? whole;
      const code = decimal ? Number(decimal) : Number.parseInt(hex, 16);
      return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : '';
    },
  );
}

/** Text made safe to stand between tags; characters that XML 1.0 cannot hold are left out. */
export function escapeXml(text: string): string {
  return (
    text
      .toWellFormed()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is left out
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/>/g, '&gt;')
  );
}
