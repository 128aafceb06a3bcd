import { Anchor, Button, type ButtonProps } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { splitHref } from './plain-search.ts'

type LinkProps = {
  href: string
  children: ReactNode
  strong?: boolean
  /** Within a sentence a link must be told from its words by more than its colour. */
  inText?: boolean
  /** For those who listen, where the words alone say too little. */
  label?: string
}

/** A link within the portal. */
export function PageLink({ href, children, strong, inText, label }: LinkProps) {
  return (
    <Anchor
      renderRoot={(props) => <Link {...props} {...splitHref(href)} />}
      aria-label={label}
      fw={strong ? 500 : 400}
      underline={inText ? 'always' : 'hover'}
    >
      {children}
    </Anchor>
  )
}

/** A link within the portal that looks like a button. */
export function ButtonLink({
  href,
  children,
  ...rest
}: ButtonProps & { href: string; children: ReactNode }) {
  return (
    <Button {...rest} renderRoot={(props) => <Link {...props} {...splitHref(href)} />}>
      {children}
    </Button>
  )
}
