import { useTranslation } from 'react-i18next'
import { Panel } from '../ui/Panel.tsx'
import classes from './TermsPreview.module.css'
import type { TermsLanguage } from './terms-draft.ts'

type Props = { language: TermsLanguage; text: { readonly title: string; readonly body: string } }

/** Windows shows the page in three places; which colours and buttons it has depends on them. */
const PLACES = [
  { id: 'oobe', theme: 'dark', mayDecline: false },
  { id: 'settings', theme: 'light', mayDecline: false },
  { id: 'account', theme: 'light', mayDecline: true },
] as const

/** The page as Windows shows it: dark at the first start, light in Settings. */
export function TermsPreview({ language, text }: Props) {
  const { t } = useTranslation('enrolment')
  return (
    <Panel title={t('terms.preview')} hint={t('terms.previewHint')}>
      <div className={classes['previews']}>
        {PLACES.map(({ id, theme, mayDecline }) => (
          <figure key={id} className={classes['preview']}>
            <figcaption className={classes['caption']}>{t(`terms.place.${id}`)}</figcaption>
            <div className={classes['window']} data-theme={theme} lang={language}>
              <div className={classes['heading']}>{text.title || t('terms.noHeading')}</div>
              <div className={classes['body']}>{text.body || '…'}</div>
              {/* Drawn, not to be pressed. */}
              <div aria-hidden className={classes['buttons']}>
                <span data-main>{t(`terms.accept.${language}`)}</span>
                {mayDecline && <span>{t(`terms.decline.${language}`)}</span>}
              </div>
            </div>
          </figure>
        ))}
      </div>
    </Panel>
  )
}
