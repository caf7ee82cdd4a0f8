/**
 * Reports that what is in the document now stands on glass: from the frame after the one that painted it, so a page
 * whose frames have stopped (hidden, a hung GPU) reports nothing.
 *
 * While the document is hidden nothing is painted; the report then waits until it is visible again.
 *
 * @param report gets how long ago the frame was painted, ms; and when that was, ms since 1970
 * @returns cancels the report
 */
export function afterPaint(report: (ago: number, at: number) => void): () => void {
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
        const ago = performance.now() - paintedAt
        report(ago, wallTime() - ago)
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

/**
 * Reports a sign of life: like {@link afterPaint} while the document is to be seen; at once, as hidden, while it is not, for
 * then it paints nothing and nothing is wrong.
 *
 * @returns cancels the report
 */
export function signOfLife(report: (hidden: boolean) => void): () => void {
  const tell = (hidden: boolean): void => {
    stop()
    report(hidden)
  }
  const look = (): void => {
    if (document.visibilityState === 'hidden') tell(true)
  }
  const cancel = afterPaint(() => tell(false))
  const stop = (): void => {
    cancel()
    document.removeEventListener('visibilitychange', look)
  }
  document.addEventListener('visibilitychange', look)
  look()
  return stop
}

/** ms since 1970. Date.now has whole milliseconds only, and the other does not follow a clock that is set. */
function wallTime(): number {
  const [exact, whole] = [performance.timeOrigin + performance.now(), Date.now()]
  return Math.abs(exact - whole) <= 2 ? exact : whole
}
