import { Dialog } from '../ui/Dialog.tsx';
import { useToasts } from '../ui/toasts.ts';
import './palette.css';

/** Everything that was told in this window, newest first. */
export function MessageLog({ onClose }: { readonly onClose: () => void }) {
  const notices = useToasts((state) => state.notices);
  return (
    <Dialog title="Message log" widthPixels={640} onClose={onClose}>
      {notices.length === 0 ? <p className="dim">Nothing has been told yet.</p> : null}
      <ol className="messages-list selectable">
        {[...notices].reverse().map((notice) => (
          <li key={notice.id}>
            <time className="dim figures">{notice.at.toLocaleTimeString()}</time>
            <span data-tone={notice.tone}>{notice.message}</span>
            {notice.remedy ? <span className="remedy">{notice.remedy}</span> : null}
          </li>
        ))}
      </ol>
    </Dialog>
  );
}
