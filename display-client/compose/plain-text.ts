import { decodeHTMLStrict } from 'entities'
import { cleanText } from '../alert/text.ts'

/**
 * Text of an alert as people are to read it. Burgernet's texts come with the entities of HTML (`be&#235;indigd`); they are
 * read once and never as HTML, and what they hide is cleaned like everything else.
 */
export function plainText(text: string): string {
  return text.includes('&') ? cleanText(decodeHTMLStrict(text)) : text
}
