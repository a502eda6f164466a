/// <reference path="./docs-pages.d.ts" />
import { type MouseEvent, useEffect, useState } from 'react';
import { Dialog } from '../ui/Dialog.tsx';
import './help.css';

/** How sync works: the page of the documentation, loaded when it is first asked for. */
export function HelpDialog({ onClose }: { readonly onClose: () => void }) {
  const [html, setHtml] = useState('');
  useEffect(() => {
    let wanted = true;
    void import('../../assets/docs/sync.md').then((page) => {
      if (wanted) setHtml(page.default);
    });
    return () => {
      wanted = false;
    };
  }, []);
  return (
    <Dialog title="How sync works" widthPixels={1000} onClose={onClose}>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: links in the page take the keys themselves. */}
      <article
        className="help selectable"
        aria-label="How sync works"
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
