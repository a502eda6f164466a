import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '../ui/theme.css';
import '../ui/kit.css';
import './workstation.css';
import { App } from './App.tsx';
import { linkOfPage, reportOf } from './connection.ts';
import { Session } from './session.ts';

const root = createRoot(document.getElementById('root')!);
try {
  const session = new Session(linkOfPage(window));
  void session.run();
  root.render(
    <StrictMode>
      <App session={session} />
    </StrictMode>,
  );
} catch (error) {
  const { message, remedy } = reportOf(error);
  root.render(
    <div className="waiting">
      <div role="alert">
        <strong>{message}</strong>
        <span>{remedy}</span>
      </div>
    </div>,
  );
}
