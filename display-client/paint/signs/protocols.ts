import type { WiredOutput } from '../../panel/output-profile.ts'
import type { PanelProfile } from '../../panel/profile.ts'
import { alphaProtocol } from './alpha.ts'
import { am004Protocol } from './am004.ts'
import { hanoverProtocol } from './hanover.ts'
import { ibisProtocol } from './ibis.ts'
import { mobitecProtocol } from './mobitec.ts'
import type { SignProtocol } from './sign-protocol.ts'

/**
 * What the sign of a panel speaks.
 *
 * @param panel checked with its output (panel/output-profile.ts)
 */
export function protocolOf(output: WiredOutput, { pixels, characters }: PanelProfile): SignProtocol {
  const size = { width: pixels?.width ?? 0, height: pixels?.height ?? 0 }
  switch (output.protocol) {
    case 'alpha':
      return alphaProtocol(output)
    case 'am004':
      return am004Protocol({ ...output, lines: characters?.lines ?? 1 })
    case 'ibis':
      return ibisProtocol({ telegram: output.telegram, address: output.address })
    case 'hanover':
      return hanoverProtocol({ ...size, address: output.address })
    case 'mobitec':
      return mobitecProtocol({ ...size, address: output.address })
  }
}
