import { transliterate } from '../../panel/repertoire.ts'
import { type Answer, ascii, hex2, linesOf, type Packet, type SignProtocol } from './sign-protocol.ts'

/**
 * AM004-03128 and AM03127 (Amplus, MC Crypt, Conrad 590996), protocol 2.2: one page of the sign is ours, and the page of the owner comes
 * back when ours is deleted.
 */
export interface Am004Options {
  /** 1 to 255; 0 = every sign on the line, and none of them answers. */
  readonly address: number
  /** Rows of letters, 1 to 8. */
  readonly lines: number
  /** Our page, A to Z. */
  readonly page: string
  /** The page that runs when there is no alert, A to Z. */
  readonly home: string
}

/** `<FX>` of the datasheet: how a page comes and goes. */
const AT_ONCE = '<FA>'
const SCROLL_LEFT = '<FE>'
const STAYS = '<FK>'
/** Two seconds; a page that stays is looked at again after that. */
const WAIT = '<WC>'

export function am004Protocol({ address, lines, page, home }: Am004Options): SignProtocol {
  const rows = Array.from({ length: lines }, (_, index) => index + 1)
  const send = (data: string): Packet => am004Packet(address, data)
  return {
    serial: { baud: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
    // Going back to the owner's page would begin it anew each time.
    clearsOnlyOurs: false,
    show(picture) {
      const texts = linesOf(picture, lines)
      const [comes, goes] =
        picture.type === 'text' && picture.scroll ? [SCROLL_LEFT, SCROLL_LEFT] : [AT_ONCE, STAYS]
      return [
        ...rows.map((row) =>
          send(`<L${row}><P${page}>${comes}<MA>${WAIT}${goes}${am004Text(texts[row - 1] ?? '')}`),
        ),
        send(`<RP${page}>`),
      ]
    },
    clear: () => [...rows.map((row) => send(`<DL${row}P${page}>`)), send(`<RP${home}>`)],
  }
}

/** `<IDxx>`, the data, the XOR of the data in two digits, `<E>`. */
export function am004Packet(address: number, data: string): Packet {
  const content = ascii(data)
  const checksum = content.reduce((sum, byte) => sum ^ byte, 0)
  const bytes = ascii(`<ID${hex2(address)}>${data}${hex2(checksum)}<E>`)
  return address === 0 ? { bytes } : { bytes, answer }
}

/** A text without anything that the sign would read as a tag. */
function am004Text(text: string): string {
  return transliterate(text.replaceAll('<', '(').replaceAll('>', ')'), 'ascii', 'und').text
}

function answer(bytes: Uint8Array): Answer {
  const text = String.fromCharCode(...bytes)
  if (text.startsWith('ACK')) return 'accepted'
  if (text.startsWith('NACK')) return 'refused'
  return 'ACK'.startsWith(text) || 'NACK'.startsWith(text) ? 'incomplete' : 'garbage'
}
