/**
 * Application permissions of Microsoft Graph that contain one that we need: whoever has granted the
 * larger one need not grant the smaller.
 *
 * @see Graph "Microsoft Graph permissions reference"
 */
export const CONTAINED_IN: Readonly<Record<string, readonly string[]>> = {
  'User.Read.All': ['User.ReadWrite.All', 'Directory.Read.All', 'Directory.ReadWrite.All'],
  'Group.Read.All': ['Group.ReadWrite.All', 'Directory.Read.All', 'Directory.ReadWrite.All'],
  'Device.ReadWrite.All': [],
}

/** Permissions far beyond what the connection needs: whoever steals the secret gets these as well. */
export const DANGEROUS: readonly string[] = [
  'Directory.ReadWrite.All',
  'RoleManagement.ReadWrite.Directory',
  'AppRoleAssignment.ReadWrite.All',
  'Application.ReadWrite.All',
  'User.ReadWrite.All',
  'User-PasswordProfile.ReadWrite.All',
  'Group.ReadWrite.All',
  'GroupMember.ReadWrite.All',
  'UserAuthenticationMethod.ReadWrite.All',
  'Policy.ReadWrite.ConditionalAccess',
  'Policy.ReadWrite.AuthenticationMethod',
  'PrivilegedAccess.ReadWrite.AzureADGroup',
  'Domain.ReadWrite.All',
  'DeviceManagementConfiguration.ReadWrite.All',
  'DeviceManagementManagedDevices.PrivilegedOperations.All',
  'Mail.ReadWrite',
  'Mail.Send',
  'Files.ReadWrite.All',
  'Sites.FullControl.All',
]
