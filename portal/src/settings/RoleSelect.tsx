import { NativeSelect } from '@mantine/core'
import { Role } from '@mooring/contract/permissions'
import { useTranslation } from 'react-i18next'

type Props = {
  value: Role
  onChange: (role: Role) => void
  /** The roles to choose from; all if left out. */
  offered?: readonly Role[]
  error?: string | undefined
}

/** The roles, strongest first, and what the chosen one may do. */
export function RoleSelect({ value, onChange, offered = Role.options, error }: Props) {
  const { t } = useTranslation(['settings', 'frame'])
  return (
    <NativeSelect
      label={t('role')}
      description={t(`frame:roleAbout.${value}`)}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      error={error}
      value={value}
      data={offered.map((role) => ({ value: role, label: t(`frame:role.${role}`) }))}
      onChange={(event) => {
        const role = Role.options.find((option) => option === event.currentTarget.value)
        if (role) onChange(role)
      }}
    />
  )
}
