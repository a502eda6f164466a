/// <reference path="./docs-pages.d.ts" />
import { type MouseEvent, useEffect, useState } from 'react';
import { Dialog } from '../ui/Dialog.tsx';
import './help.css';

const PAGES = {
  sync: { title: 'How sync works', load: () => import('../../assets/docs/sync.md') },
  audio: { title: 'How audio, calibration and recording work', load: () => import('../../assets/docs/audio.md') },
} as const;

/** A page of the documentation, loaded when it is first asked for. */
export function HelpDialog({ page, onClose }: { readonly page: keyof typeof PAGES; readonly onClose: () => void }) {
  const { title, load } = PAGES[page];
  const [html, setHtml] = useState('');
  useEffect(() => {
    let wanted = true;
    void load().then((loaded) => {
      if (wanted) setHtml(loaded.default);
    });
    return () => {
      wanted = false;
    };
  }, [load]);
  return (
    <Dialog title={title} widthPixels={1000} onClose={onClose}>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: links in the page take the keys themselves. */}
      <article
        className="help selectable"
        aria-label={title}
        aria-busy={html === ''}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled by keys.
        tabIndex={0}
        onClick={followInside}
        // biome-ignore lint/security/noDangerouslySetInnerHtml: the page is a file of ours, built with the interface.
        dangerouslySetInnerHTML={{ __html: html }}
      />
    </Dialog>
  );
}

/** Links lead to headings of the page alone: the window's own address stays as it is. */
function followInside(event: MouseEvent<HTMLElement>): void {
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (!link) return;
  event.preventDefault();
  const name = link.getAttribute('href')?.replace(/^#/, '') ?? '';
  event.currentTarget.querySelector(`[id="${CSS.escape(name)}"]`)?.scrollIntoView();
}
