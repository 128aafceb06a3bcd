import { ActionIcon, Button, Checkbox, Group, NativeSelect, TextInput } from '@mantine/core'
import {
  CUSTOM_ATTRIBUTES,
  type CustomAttribute,
  OPTIONAL_ATTRIBUTES,
  type OptionalAttribute,
} from '@mooring/contract/directory'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Panel } from '../ui/Panel.tsx'
import classes from './SyncSettings.module.css'
import type { SettingsForm } from './use-settings-form.ts'

/** Which attributes of people come from Entra, and which fields of one's own they fill. */
export function AttributesPanel({ form }: { form: SettingsForm }) {
  const { t } = useTranslation('sync-settings')
  const { draft, change } = form
  const choose = (attributes: readonly OptionalAttribute[]) => change({ attributes })
  return (
    <Panel id="attributes" title={t('attributes.title')} hint={t('attributes.hint')}>
      <Checkbox.Group
        label={t('attributes.label')}
        value={[...draft.attributes]}
        onChange={(values) => choose(values as OptionalAttribute[])}
      >
        <div className={classes['checks']}>
          {OPTIONAL_ATTRIBUTES.map((attribute) => (
            <Checkbox key={attribute} value={attribute} label={t(`attribute.${attribute}`)} />
          ))}
        </div>
      </Checkbox.Group>
      <Group gap="xs" mt="sm" mb="lg">
        <Button variant="default" size="xs" onClick={() => choose(OPTIONAL_ATTRIBUTES)}>
          {t('attributes.all')}
        </Button>
        <Button variant="default" size="xs" onClick={() => choose([])}>
          {t('attributes.nothing')}
        </Button>
      </Group>
      <CustomFields form={form} />
    </Panel>
  )
}

const MOST = 15

function CustomFields({ form: { draft, change, errorAt } }: { form: SettingsForm }) {
  const { t } = useTranslation('sync-settings')
  const { customFields } = draft
  const set = (index: number, patch: Partial<Draft>) => {
    const field = customFields[index]
    if (field) change({ customFields: customFields.with(index, { ...field, ...patch }) })
  }
  const add = () => {
    const key = Math.max(-1, ...customFields.map((field) => field.key)) + 1
    const taken = customFields.map(({ attribute }) => attribute)
    const attribute =
      CUSTOM_ATTRIBUTES.find(
        (free) => free.startsWith('extensionAttribute') && !taken.includes(free),
      ) ?? CUSTOM_ATTRIBUTES[0]
    change({ customFields: [...customFields, { key, name: '', attribute }] })
  }
  return (
    <div className={classes['block']}>
      <div className={classes['label']}>{t('attributes.customFields')}</div>
      <div className={classes['small']}>{t('attributes.customHint')}</div>
      {customFields.map(({ key, name, attribute }, index) => (
        <div key={key} className={classes['custom']}>
          <TextInput
            aria-label={t('attributes.nameOf', { number: index + 1 })}
            placeholder={t('attributes.name')}
            autoComplete="off"
            spellCheck={false}
            value={name}
            error={errorAt(`customFields.${index}.name`)}
            onChange={(event) => set(index, { name: event.currentTarget.value })}
          />
          <NativeSelect
            className={classes['attribute'] ?? ''}
            aria-label={t('attributes.attributeOf', { number: index + 1 })}
            data={[...CUSTOM_ATTRIBUTES]}
            value={attribute}
            error={errorAt(`customFields.${index}.attribute`)}
            onChange={(event) =>
              set(index, { attribute: event.currentTarget.value as CustomAttribute })
            }
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={t('attributes.remove', { number: index + 1 })}
            onClick={() => change({ customFields: customFields.toSpliced(index, 1) })}
          >
            <IconTrash size={18} aria-hidden />
          </ActionIcon>
        </div>
      ))}
      <Group gap="xs" mt="sm">
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlus size={16} aria-hidden />}
          disabled={customFields.length >= MOST}
          onClick={add}
        >
          {t('attributes.add')}
        </Button>
        {customFields.length >= MOST && (
          <span className={classes['small']}>{t('attributes.full')}</span>
        )}
      </Group>
    </div>
  )
}

type Draft = SettingsForm['draft']['customFields'][number]
