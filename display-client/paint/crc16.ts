/**
 * CRC-16/IBM-SDLC, as NTCIP 1203 uses it for messages, fonts and graphics (ISO/IEC 13239 8.1.1): reflected polynomial 0x1021,
 * starts and ends with all bits inverted.
 *
 * @returns 0 to 65535; 0x906e for the nine characters `123456789`
 */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0x8408 : crc >>> 1
  }
  return ~crc & 0xffff
}
