// Ends with one clear message where the Node that runs scripts is too old. Plain JavaScript that old Nodes can read.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(
    `Twopop runs on Node 24; this is Node ${process.versions.node}, and npm brought none for this machine ` +
      `(${process.platform} ${process.arch}).\n` +
      'Run "npm ci" again without "--omit=optional", or install Node 24 from https://nodejs.org.',
  );
  process.exit(2);
}
