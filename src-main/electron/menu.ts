import type { MenuItemConstructorOptions } from 'electron';

/**
 * The menu bar. Editing commands and their keys live in the page (keymaps are data there), so the roles here register
 * no keys of their own but the platform's: copy and paste for text fields, window, quit.
 */
export function menuTemplate(platform: NodeJS.Platform, openHomepage: () => void): MenuItemConstructorOptions[] {
  const isMac = platform === 'darwin';
  return [
    ...(isMac ? [{ role: 'appMenu' } as const] : [{ label: 'File', submenu: [{ role: 'quit' } as const] }]),
    {
      label: 'Edit',
      submenu: (['cut', 'copy', 'paste', 'selectAll'] as const).map((role) => ({
        role,
        // macOS pastes into text fields through the menu's key; elsewhere the page gets the key first.
        registerAccelerator: isMac,
      })),
    },
    { label: 'View', submenu: [{ role: 'togglefullscreen' }] },
    { role: 'windowMenu' },
    { role: 'help', submenu: [{ label: 'Twopop on the web', click: openHomepage }] },
  ];
}
