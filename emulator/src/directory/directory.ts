import type { Chance } from '../chance.ts'
import { Journal, type MemberReason } from './journal.ts'
import { MemberList } from './member-list.ts'
import type {
  DeviceRecord,
  DirectoryObject,
  GroupRecord,
  Kind,
  OrgContactRecord,
  Records,
  ServicePrincipalRecord,
  UserRecord,
} from './records.ts'

/** An object of one kind. */
export type ObjectOf<K extends Kind> = Extract<DirectoryObject, { kind: K }>

/** Something the caller asked of the directory cannot be: unknown id, name taken, wrong state. */
export class DirectoryError extends Error {
  readonly code: 'NOT_FOUND' | 'CONFLICT'
  constructor(code: 'NOT_FOUND' | 'CONFLICT', message: string) {
    super(message)
    this.name = 'DirectoryError'
    this.code = code
  }
}

/**
 * The truth of one tenant: users, groups, devices and who belongs to what.
 *
 * Every function that changes something writes the journal, from which the delta queries answer.
 * While the seed data is loaded the journal is closed: those objects are version 0.
 */
export class Directory {
  readonly journal = new Journal()
  /** Whether groups/delta tells of members that were deleted for good (reports say: not always). */
  announcePurgedMembers = true

  readonly #objects: DirectoryObject[] = []
  readonly #byKind: Record<Kind, number[]> = {
    user: [],
    group: [],
    device: [],
    servicePrincipal: [],
    orgContact: [],
  }
  readonly #byId = new Map<string, number>()
  readonly #byUserPrincipalName = new Map<string, number>()
  readonly #byDeviceId = new Map<string, number>()
  readonly #members = new Map<number, MemberList>()
  readonly #memberOf = new Map<number, number[]>()
  readonly #now: () => Date
  readonly #chance: Chance
  #seeding = true

  constructor(options: { now: () => Date; chance: Chance }) {
    this.#now = options.now
    this.#chance = options.chance
  }

  /** Ends the loading of seed data: from here on every change is journalled. */
  openJournal(): void {
    this.#seeding = false
  }

  // ---- reading -------------------------------------------------------------------------------

  /** Live users as plain data, in the order of their creation. */
  get users(): readonly UserRecord[] {
    return this.#live('user').map((user) => user.record)
  }

  get groups(): readonly GroupRecord[] {
    return this.#live('group').map((group) => group.record)
  }

  get devices(): readonly DeviceRecord[] {
    return this.#live('device').map((device) => device.record)
  }

  /** Live members of a group: id and kind. Soft-deleted members are kept but not told. */
  members(groupId: string): readonly { readonly id: string; readonly kind: Kind }[] {
    const told: { id: string; kind: Kind }[] = []
    for (const handle of this.memberList(this.group(groupId).handle)) {
      const member = this.object(handle)
      if (member.state === 'live') told.push({ id: member.record.id, kind: member.kind })
    }
    return told
  }

  /** Id of a user's manager. */
  manager(userId: string): string | undefined {
    const { manager } = this.user(userId)
    return manager === undefined ? undefined : this.object(manager).record.id
  }

  /** Number of membership edges, soft-deleted members and groups included. */
  get membershipCount(): number {
    let count = 0
    for (const list of this.#members.values()) count += list.size
    return count
  }

  object(handle: number): DirectoryObject {
    const object = this.#objects[handle]
    if (!object) throw new RangeError(`no object with handle ${handle}`)
    return object
  }

  /** Handles of one kind in the order of creation; append-only, so positions in it stay valid. */
  handles(kind: Kind): readonly number[] {
    return this.#byKind[kind]
  }

  /** The object with this id, in whatever state it is; purged objects are gone. */
  find(id: string): DirectoryObject | undefined {
    const handle = this.#byId.get(id.toLowerCase())
    const object = handle === undefined ? undefined : this.object(handle)
    return object?.state === 'purged' ? undefined : object
  }

  findUserByPrincipalName(name: string): ObjectOf<'user'> | undefined {
    const handle = this.#byUserPrincipalName.get(name.toLowerCase())
    const object = handle === undefined ? undefined : this.object(handle)
    return object?.kind === 'user' && object.state === 'live' ? object : undefined
  }

  findDeviceByDeviceId(deviceId: string): ObjectOf<'device'> | undefined {
    const handle = this.#byDeviceId.get(deviceId.toLowerCase())
    const object = handle === undefined ? undefined : this.object(handle)
    return object?.kind === 'device' && object.state === 'live' ? object : undefined
  }

  memberList(groupHandle: number): MemberList {
    let list = this.#members.get(groupHandle)
    if (!list) {
      list = new MemberList()
      this.#members.set(groupHandle, list)
    }
    return list
  }

  /** Handles of the groups that an object is a direct member of. */
  groupsOf(handle: number): readonly number[] {
    return this.#memberOf.get(handle) ?? []
  }

  user(id: string): ObjectOf<'user'> {
    return this.#mustFind('user', id)
  }

  group(id: string): ObjectOf<'group'> {
    return this.#mustFind('group', id)
  }

  device(id: string): ObjectOf<'device'> {
    return this.#mustFind('device', id)
  }

  // ---- users ---------------------------------------------------------------------------------

  /** Adds a user. Without an id a new one is made. @throws DirectoryError when the UPN is taken. */
  addUser(user: Omit<UserRecord, 'id'> & { id?: string }): UserRecord {
    this.#checkNameIsFree(user.userPrincipalName)
    const record: UserRecord = { ...user, id: user.id ?? this.#chance.guid() }
    record.createdDateTime ??= this.#timestamp()
    record.accountEnabled ??= true
    const object = this.#add('user', record)
    this.#byUserPrincipalName.set(record.userPrincipalName.toLowerCase(), object.handle)
    return record
  }

  /** Changes properties; null clears one. */
  updateUser(id: string, patch: Partial<Omit<UserRecord, 'id'>>): UserRecord {
    const object = this.user(id)
    const name = patch.userPrincipalName
    if (
      name !== undefined &&
      name.toLowerCase() !== object.record.userPrincipalName.toLowerCase()
    ) {
      this.#checkNameIsFree(name)
      this.#byUserPrincipalName.delete(object.record.userPrincipalName.toLowerCase())
      this.#byUserPrincipalName.set(name.toLowerCase(), object.handle)
    }
    this.#patch(object, patch)
    return object.record
  }

  /** Two people exchange their sign-in names, as after a mix-up or a marriage. */
  swapUserPrincipalNames(firstId: string, secondId: string): void {
    const first = this.user(firstId)
    const second = this.user(secondId)
    const firstName = first.record.userPrincipalName
    const secondName = second.record.userPrincipalName
    this.#byUserPrincipalName.set(firstName.toLowerCase(), second.handle)
    this.#byUserPrincipalName.set(secondName.toLowerCase(), first.handle)
    this.#patch(first, { userPrincipalName: secondName })
    this.#patch(second, { userPrincipalName: firstName })
  }

  /** Soft delete: 30 days in deletedItems, memberships kept. */
  deleteUser(id: string): void {
    const object = this.user(id)
    this.#byUserPrincipalName.delete(object.record.userPrincipalName.toLowerCase())
    this.#softDelete(object)
  }

  /** Brings a soft-deleted user back with its memberships. */
  restoreUser(id: string): void {
    const object = this.user(id)
    this.#checkNameIsFree(object.record.userPrincipalName)
    this.#restore(object)
    this.#byUserPrincipalName.set(object.record.userPrincipalName.toLowerCase(), object.handle)
  }

  /** Deletes a user for good, live or soft-deleted. */
  purgeUser(id: string): void {
    const object = this.user(id)
    if (object.state === 'live') {
      this.#byUserPrincipalName.delete(object.record.userPrincipalName.toLowerCase())
    }
    this.#purge(object)
  }

  /** Deletes a user for good and makes a new one with the same name and another id. */
  recreateUser(id: string): UserRecord {
    const { id: _old, ...rest } = this.user(id).record
    this.purgeUser(id)
    return this.addUser(rest)
  }

  setManager(userId: string, managerId: string | undefined): void {
    const user = this.user(userId)
    const before = user.manager
    user.manager = managerId === undefined ? undefined : this.user(managerId).handle
    if (before !== user.manager) this.#write(user.handle, { what: 'manager-changed', before })
  }

  // ---- groups --------------------------------------------------------------------------------

  addGroup(group: Omit<GroupRecord, 'id'> & { id?: string }): GroupRecord {
    const record: GroupRecord = { ...group, id: group.id ?? this.#chance.guid() }
    record.createdDateTime ??= this.#timestamp()
    record.groupTypes ??= []
    record.mailEnabled ??= false
    record.securityEnabled ??= true
    this.#add('group', record)
    return record
  }

  updateGroup(id: string, patch: Partial<Omit<GroupRecord, 'id'>>): GroupRecord {
    const object = this.group(id)
    this.#patch(object, patch)
    return object.record
  }

  /** Soft-deletes a Microsoft 365 group; every other group is deleted for good, unless told. */
  deleteGroup(id: string, options: { soft?: boolean } = {}): void {
    const object = this.group(id)
    const soft = options.soft ?? object.record.groupTypes?.includes('Unified') ?? false
    if (soft) this.#softDelete(object)
    else this.#purge(object)
  }

  restoreGroup(id: string): void {
    this.#restore(this.group(id))
  }

  purgeGroup(id: string): void {
    this.#purge(this.group(id))
  }

  /** Puts any object into a group; false when it was in already. */
  addMember(groupId: string, memberId: string): boolean {
    const member = this.find(memberId)
    if (!member) throw new DirectoryError('NOT_FOUND', `no object with the id '${memberId}'`)
    return this.addMemberByHandle(this.group(groupId).handle, member.handle)
  }

  addMemberByHandle(groupHandle: number, memberHandle: number): boolean {
    const list = this.memberList(groupHandle)
    if (list.has(memberHandle)) return false
    list.add(memberHandle)
    const groups = this.#memberOf.get(memberHandle)
    if (groups) groups.push(groupHandle)
    else this.#memberOf.set(memberHandle, [groupHandle])
    this.#write(groupHandle, {
      what: 'member-added',
      member: memberHandle,
      ...this.#whileAway(memberHandle),
    })
    return true
  }

  /** Takes an object out of a group; false when it was not in it. */
  removeMember(groupId: string, memberId: string): boolean {
    const member = this.find(memberId)
    if (!member) throw new DirectoryError('NOT_FOUND', `no object with the id '${memberId}'`)
    return this.removeMemberByHandle(this.group(groupId).handle, member.handle)
  }

  removeMemberByHandle(groupHandle: number, memberHandle: number): boolean {
    return this.#removeEdge(groupHandle, memberHandle, this.#whileAway(memberHandle))
  }

  // ---- devices and others --------------------------------------------------------------------

  addDevice(
    device: Omit<DeviceRecord, 'id' | 'deviceId'> & { id?: string; deviceId?: string },
  ): DeviceRecord {
    const record: DeviceRecord = {
      ...device,
      id: device.id ?? this.#chance.guid(),
      deviceId: device.deviceId ?? this.#chance.guid(),
    }
    record.accountEnabled ??= true
    record.registrationDateTime ??= this.#timestamp()
    const object = this.#add('device', record)
    this.#byDeviceId.set(record.deviceId.toLowerCase(), object.handle)
    return record
  }

  updateDevice(id: string, patch: Partial<Omit<DeviceRecord, 'id' | 'deviceId'>>): DeviceRecord {
    const object = this.device(id)
    this.#patch(object, patch)
    return object.record
  }

  /** Deletes a device for good, or softly ("device soft delete (preview)"). */
  deleteDevice(id: string, options: { soft?: boolean } = {}): void {
    const object = this.device(id)
    if (options.soft) this.#softDelete(object)
    else this.#purge(object)
  }

  /** Deletes a device for good, live or soft-deleted. */
  purgeDevice(id: string): void {
    this.#purge(this.device(id))
  }

  /** The person a device is registered to; a device has one owner or none. */
  setOwner(deviceId: string, userId: string | undefined): void {
    this.device(deviceId).owner = userId === undefined ? undefined : this.user(userId).handle
  }

  /** Id of the registered owner of a device. */
  owner(deviceId: string): string | undefined {
    const { owner } = this.device(deviceId)
    return owner === undefined ? undefined : this.object(owner).record.id
  }

  restoreDevice(id: string): void {
    this.#restore(this.device(id))
  }

  addServicePrincipal(
    record: Omit<ServicePrincipalRecord, 'id'> & { id?: string },
  ): ServicePrincipalRecord {
    return this.#add('servicePrincipal', { ...record, id: record.id ?? this.#chance.guid() }).record
  }

  addOrgContact(record: Omit<OrgContactRecord, 'id'> & { id?: string }): OrgContactRecord {
    return this.#add('orgContact', { ...record, id: record.id ?? this.#chance.guid() }).record
  }

  // ---- inside --------------------------------------------------------------------------------

  #live<K extends Kind>(kind: K): ObjectOf<K>[] {
    const live: ObjectOf<K>[] = []
    for (const handle of this.#byKind[kind]) {
      const object = this.object(handle)
      if (isKind(object, kind) && object.state === 'live') live.push(object)
    }
    return live
  }

  #mustFind<K extends Kind>(kind: K, id: string): ObjectOf<K> {
    const object = this.find(id)
    if (object && isKind(object, kind)) return object
    throw new DirectoryError('NOT_FOUND', `no ${kind} with the id '${id}'`)
  }

  #checkNameIsFree(name: string): void {
    if (this.#byUserPrincipalName.has(name.toLowerCase())) {
      throw new DirectoryError('CONFLICT', `another user has the userPrincipalName '${name}'`)
    }
  }

  #add<K extends Kind>(kind: K, record: Records[K]): ObjectOf<K> {
    const id = record.id.toLowerCase()
    if (this.#byId.has(id)) throw new DirectoryError('CONFLICT', `the id '${id}' exists already`)
    const handle = this.#objects.length
    // The compiler cannot see that kind and record belong together in a generic object literal.
    const object = {
      kind,
      handle,
      record,
      state: 'live',
      deletedAt: undefined,
      revision: 0,
      manager: undefined,
      owner: undefined,
    } as unknown as ObjectOf<K>
    this.#objects.push(object)
    this.#byKind[kind].push(handle)
    this.#byId.set(id, handle)
    this.#write(handle, { what: 'created' })
    return object
  }

  #patch(object: DirectoryObject, patch: object): void {
    const before: Record<string, unknown> = { ...object.record }
    const names = Object.entries(patch)
      .filter(([name, value]) => JSON.stringify(before[name]) !== JSON.stringify(value))
      .map(([name]) => name)
    Object.assign(object.record, patch)
    object.revision++
    if (names.length > 0) this.#write(object.handle, { what: 'changed', names })
  }

  #softDelete(object: DirectoryObject): void {
    if (object.state !== 'live') {
      throw new DirectoryError('CONFLICT', `'${object.record.id}' is deleted already`)
    }
    object.state = 'soft-deleted'
    object.revision++
    object.deletedAt = this.#now()
    this.#write(object.handle, { what: 'soft-deleted' })
    this.#tellGroups(object.handle, 'member-removed', 'soft-deleted')
  }

  #restore(object: DirectoryObject): void {
    if (object.state !== 'soft-deleted') {
      throw new DirectoryError('CONFLICT', `'${object.record.id}' is not deleted`)
    }
    object.state = 'live'
    object.revision++
    object.deletedAt = undefined
    this.#write(object.handle, { what: 'restored' })
    this.#tellGroups(object.handle, 'member-added', 'restored')
  }

  #purge(object: DirectoryObject): void {
    object.state = 'purged'
    object.revision++
    object.deletedAt = this.#now()
    for (const group of [...this.groupsOf(object.handle)]) {
      this.#removeEdge(group, object.handle, this.announcePurgedMembers && { why: 'purged' })
    }
    if (object.kind === 'group') {
      for (const member of [...this.memberList(object.handle)]) {
        this.#removeEdge(object.handle, member, false)
      }
    }
    this.#write(object.handle, { what: 'purged' })
  }

  /** `announce` false: the journal says nothing, whatever the scenario. */
  #removeEdge(
    groupHandle: number,
    memberHandle: number,
    announce: false | { why?: MemberReason },
  ): boolean {
    if (!this.memberList(groupHandle).remove(memberHandle)) return false
    const groups = this.#memberOf.get(memberHandle)
    groups?.splice(groups.indexOf(groupHandle), 1)
    if (announce) {
      this.#write(groupHandle, { what: 'member-removed', member: memberHandle, ...announce })
    }
    return true
  }

  #whileAway(memberHandle: number): { why?: MemberReason } {
    return this.object(memberHandle).state === 'soft-deleted' ? { why: 'while-away' } : {}
  }

  /** The edges stay as they are; whether the groups' delta tells is for the scenario to say. */
  #tellGroups(member: number, what: 'member-added' | 'member-removed', why: MemberReason): void {
    for (const group of this.groupsOf(member)) {
      this.memberList(group).touch()
      this.#write(group, { what, member, why })
    }
  }

  #write(handle: number, happening: Parameters<Journal['write']>[1]): void {
    if (!this.#seeding) this.journal.write(handle, happening)
  }

  #timestamp(): string {
    return `${this.#now().toISOString().slice(0, 19)}Z`
  }
}

function isKind<K extends Kind>(object: DirectoryObject, kind: K): object is ObjectOf<K> {
  return object.kind === kind
}
