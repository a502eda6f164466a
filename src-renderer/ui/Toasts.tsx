import { useEffect } from 'react';
import { Button } from './Button.tsx';
import { dismiss, dismissNewestError, type NoticeAction, useToasts } from './toasts.ts';

/** The toasts that stand, newest last, announced to screen readers. Esc closes an error where it means nothing else. */
export function Toasts() {
  const shown = useToasts((state) => state.notices)
    .filter((notice) => notice.shown)
    .slice(-4);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing) return;
      if (event.target instanceof Element && event.target.closest('input, textarea, select')) return;
      if (dismissNewestError()) event.preventDefault();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
  return (
    <section className="toasts" aria-label="Messages" aria-live="polite">
      {shown.map((notice) => (
        <div
          key={notice.id}
          className="toast"
          data-tone={notice.tone}
          role={notice.tone === 'bad' ? 'alert' : 'status'}
        >
          <p className="selectable">{notice.message}</p>
          {notice.remedy ? <p className="remedy selectable">{notice.remedy}</p> : null}
          {notice.action ? <ToastAction id={notice.id} action={notice.action} /> : null}
          <Button
            look="quiet"
            icon="close"
            hint={notice.tone === 'bad' ? 'Dismiss (Esc)' : 'Dismiss'}
            onClick={() => dismiss(notice.id)}
          />
        </div>
      ))}
    </section>
  );
}

function ToastAction({ id, action }: { readonly id: number; readonly action: NoticeAction }) {
  return (
    <p className="toast-action">
      <Button
        onClick={() => {
          dismiss(id);
          action.run();
        }}
      >
        {action.label}
      </Button>
    </p>
  );
}
