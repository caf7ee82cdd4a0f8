import type { FrameContent } from '../player/protocol.ts'

/**
 * Lets a frame that is wider than its panel run by, dot by dot, and begin anew; anything else stands still.
 *
 * @param window width of the panel, px of the frame
 * @param unit CSS px of a px of the frame
 */
export function run(
  canvas: HTMLCanvasElement,
  frame: FrameContent | undefined,
  window: number,
  unit: number,
): void {
  for (const animation of canvas.getAnimations()) animation.cancel()
  const { width = 0, scroll } = frame ?? {}
  const way = width - window
  if (scroll === undefined || way <= 0) {
    canvas.style.width = ''
    return
  }
  canvas.style.width = `${width * unit}px`
  const ends = [{ transform: 'none' }, { transform: `translateX(${-way * unit}px)` }]
  canvas.animate(ends, {
    duration: (way / scroll) * 1_000,
    easing: `steps(${way})`,
    iterations: Number.POSITIVE_INFINITY,
  })
}
