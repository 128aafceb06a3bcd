import { ActionIcon, Menu, Tooltip } from '@mantine/core'
import { IconCheck, IconLanguage } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { chooseLanguage } from '../language/i18n.ts'
import { LANGUAGE_NAMES, LANGUAGES } from '../language/language.ts'

export function LanguageMenu() {
  const { t, i18n } = useTranslation()
  return (
    <Menu position="bottom-end" width={160} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Tooltip label={t('frame.language')}>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('frame.language')}>
            <IconLanguage size={18} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {LANGUAGES.map((language) => (
          <Menu.Item
            key={language}
            lang={language}
            aria-current={i18n.language === language}
            rightSection={i18n.language === language ? <IconCheck size={16} aria-hidden /> : null}
            onClick={() => void chooseLanguage(language)}
          >
            {LANGUAGE_NAMES[language]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
