/**
 * Keeps a page from answering hands and mice with anything of the browser's own: menu, dragged pictures, zoom. What
 * screen.css can say (no cursor, no selection, no scroll bars) is said there.
 */
export function keepQuiet(target: EventTarget): void {
  const refuse = (event: Event): void => event.preventDefault()
  for (const type of ['contextmenu', 'dragstart', 'selectstart', 'gesturestart'])
    target.addEventListener(type, refuse)
  // A touch pad zooms with a wheel that says Ctrl.
  target.addEventListener('wheel', (event) => event instanceof WheelEvent && event.ctrlKey && refuse(event), {
    passive: false,
  })
}
