// Ctrl-C and SIGTERM: the first finishes what is under way and saves, the second stops at once.

/** Runs `work` with a signal that the first SIGINT or SIGTERM aborts; tells which it was. */
export async function withSignals<T>(
  work: (signal: AbortSignal) => Promise<T>,
  onFirst: () => void,
): Promise<{ result: T; stoppedBy: "SIGINT" | "SIGTERM" | null }> {
  const controller = new AbortController();
  let stoppedBy: "SIGINT" | "SIGTERM" | null = null;
  const onSignal = (name: "SIGINT" | "SIGTERM") => {
    if (stoppedBy !== null) {
      process.exit(name === "SIGINT" ? 130 : 143);
    }
    stoppedBy = name;
    onFirst();
    controller.abort();
  };
  const onInterrupt = () => onSignal("SIGINT");
  const onTerminate = () => onSignal("SIGTERM");
  process.on("SIGINT", onInterrupt);
  process.on("SIGTERM", onTerminate);
  try {
    return { result: await work(controller.signal), stoppedBy };
  } finally {
    process.off("SIGINT", onInterrupt);
    process.off("SIGTERM", onTerminate);
  }
}
