/**
 * Reports that what is in the document now stands on glass: from the frame after the one that painted it, so a page
 * whose frames have stopped (hidden, a hung GPU) reports nothing.
 *
 * While the document is hidden nothing is painted; the report then waits until it is visible again.
 *
 * @param report gets how long ago the frame was painted, ms
 * @returns cancels the report
 */
export function afterPaint(report: (ago: number) => void): () => void {
  let frame = 0
  const start = (): void => {
    cancelAnimationFrame(frame)
    if (document.visibilityState === 'hidden') return
    frame = requestAnimationFrame(() => {
      let paintedAt = performance.now()
      // A frame's callbacks and its painting are one task: the first task after it is the moment it was painted.
      const task = new MessageChannel()
      task.port1.onmessage = () => {
        paintedAt = performance.now()
        task.port1.close()
      }
      task.port2.postMessage(undefined)
      frame = requestAnimationFrame(() => {
        stop()
        report(performance.now() - paintedAt)
      })
    })
  }
  const stop = (): void => {
    cancelAnimationFrame(frame)
    document.removeEventListener('visibilitychange', start)
  }
  document.addEventListener('visibilitychange', start)
  start()
  return stop
}
