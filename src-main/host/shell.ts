/** What differs between the two applications: how a person is asked for files and shown one. */
export interface Shell {
  readonly kind: 'electron' | 'browser';
  /** The system's own dialog; `available: false` where the shell has none. */
  choose(what: 'media' | 'folder' | 'project', title: string): Promise<{ available: boolean; paths: string[] }>;
  /** Shows a file in the system's file manager; false where there is none. */
  revealFile(path: string): Promise<boolean>;
  /** Keeps the machine from sleeping while something plays or records; false where the shell has no say in it. */
  keepAwake(awake: boolean): boolean;
}
