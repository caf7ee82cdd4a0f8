import type { PanelProfile } from '../panel/profile.ts'

/**
 * Size of the picture that an alert has on a panel of pixels, px: its zone, as if that were the panel, else all of it.
 * Positions in a composition are within this picture. Undefined for a panel of characters.
 */
export function surfaceOf(
  panel: Pick<PanelProfile, 'pixels' | 'zone'>,
): { readonly width: number; readonly height: number } | undefined {
  const { pixels, zone } = panel
  return pixels && { width: zone?.width ?? pixels.width, height: zone?.height ?? pixels.height }
}
