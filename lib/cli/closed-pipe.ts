/** `annals status | head` closes the pipe early, and that is no error. */
export function endOnClosedPipe(error: NodeJS.ErrnoException): void {
  process.exit(error.code === "EPIPE" ? 0 : 1);
}
