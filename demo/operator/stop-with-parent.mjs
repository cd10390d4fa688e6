// Loaded by the demo's children (node --import). Their standard input is a pipe that the demo holds open and
// never writes to. When the demo dies, even by kill -9, the pipe ends, and so does the child.
process.stdin.on("end", () => process.kill(process.pid, "SIGTERM")).resume();
process.stdin.unref();
