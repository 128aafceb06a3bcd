import { Anchor, Button, type ButtonProps } from '@mantine/core'
import { IconExternalLink } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { isWebUrl } from './web-url.ts'

/** A link out of the portal, in a tab of its own; it says so. */
export function OutsideLink({ href, children }: { href: string; children: ReactNode }) {
  const { t } = useTranslation()
  if (!isWebUrl(href)) return children
  return (
    <Anchor href={href} target="_blank" rel="noreferrer noopener">
      {children}
      <IconExternalLink size={14} aria-hidden style={{ marginLeft: 4, verticalAlign: '-2px' }} />
      <span className="visually-hidden"> {t('link.newTab')}</span>
    </Anchor>
  )
}

export function OutsideButton({
  href,
  children,
  ...rest
}: ButtonProps & { href: string; children: ReactNode }) {
  const { t } = useTranslation()
  return (
    <Button
      {...rest}
      component="a"
      href={isWebUrl(href) ? href : undefined}
      target="_blank"
      rel="noreferrer noopener"
      rightSection={<IconExternalLink size={16} aria-hidden />}
    >
      {children}
      <span className="visually-hidden"> {t('link.newTab')}</span>
    </Button>
  )
}
