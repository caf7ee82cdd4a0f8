import { noChange } from 'lit'
import { Directive, directive, type ElementPart, type PartInfo, PartType } from 'lit/directive.js'

class Place extends Directive {
  constructor(part: PartInfo) {
    super(part)
    if (part.type !== PartType.ELEMENT) throw new Error('place() belongs inside a tag')
  }

  render(_style: Partial<CSSStyleDeclaration>): typeof noChange {
    return noChange
  }

  override update(part: ElementPart, [style]: [Partial<CSSStyleDeclaration>]): typeof noChange {
    Object.assign((part.element as HTMLElement).style, style)
    return noChange
  }
}

/**
 * Sets an element's style through the CSSOM: `<div ${place({ left: '12px' })}>`.
 *
 * Lit's own `styleMap` writes a style attribute the first time, which our Content-Security-Policy forbids.
 */
export const place = directive(Place)
