import Foundation

/// An enrolled device with its store, for Swift's concurrency.
///
/// Everything it says it saved is on the disk. Calls may come from any actor, the main one included;
/// the work is done on a queue of its own. They throw `FieldbookError`, which has a case for each
/// different thing an app can do about it.
public final class FieldbookDevice: Sendable {
    /// The device underneath, with everything that blocks.
    public let device: Device

    private let queue = DispatchQueue(label: "fieldbook", qos: .userInitiated, attributes: .concurrent)

    /// Takes a device that is open.
    public init(_ device: Device) {
        self.device = device
    }

    /// Opens the store of a device that is enrolled. Throws `notEnrolled` where there is none.
    public static func open(
        store: URL,
        vault: KeyVault,
        pin: String? = nil,
        transport: Transport? = nil
    ) async throws -> FieldbookDevice {
        let opening = Task.detached {
            try Device.open(path: store.path, vault: vault, pin: pin, transport: transport)
        }
        return FieldbookDevice(try await opening.value)
    }

    /// Enrolls this device with an invitation. Cancelling the task gives it up; asking again with the
    /// same code succeeds as long as the code is good.
    public static func enroll(
        _ invitation: Invitation,
        store: URL,
        vault: KeyVault,
        platform: String,
        pin: String? = nil,
        transport: Transport? = nil
    ) async throws -> FieldbookDevice {
        let options = EnrollOptions(path: store.path, pin: pin, platform: platform)
        let run = try Fieldbook.enroll(
            invitation: invitation, options: options, vault: vault, transport: transport
        )
        return try await withTaskCancellationHandler {
            FieldbookDevice(try await run.finished())
        } onCancel: {
            run.cancel()
        }
    }

    /// Binds this device to its department again, with an invitation of `fieldbook admin invite NAME
    /// --reconnect`. Nothing on the device is lost; synchronize afterwards. Cancelling the task gives
    /// it up; asking again with the same code succeeds as long as the code is good.
    public func reconnect(_ invitation: Invitation, platform: String) async throws {
        let run = try await work { try $0.reconnect(invitation: invitation, platform: platform) }
        try await withTaskCancellationHandler {
            try await run.finished()
        } onCancel: {
            run.cancel()
        }
    }

    /// Makes a record, and says its id once it is on the disk. `anyway` answers `doubtful`: the dates
    /// are right.
    public func create(
        _ type: TypeName,
        caseId: CaseId? = nil,
        edits: [Edit] = [],
        anyway: Bool = false
    ) async throws -> RecordId {
        let new = NewRecord(recordType: type, caseId: caseId, program: nil, edits: edits)
        return try await work { try $0.create(new: new, anyway: anyway) }
    }

    /// Makes a record for each of several people who were met at once, all or none: one in the case of
    /// each, and says their ids, the first one first. What is common to them, such as the minutes and
    /// the note, stands in the first. `anyway` answers `doubtful`: the dates are right.
    public func createTogether(
        _ type: TypeName,
        caseId: CaseId,
        also: [CaseId],
        edits: [Edit] = [],
        anyway: Bool = false
    ) async throws -> [RecordId] {
        let new = NewRecord(recordType: type, caseId: caseId, program: nil, edits: edits)
        return try await work { try $0.createTogether(new: new, also: also, anyway: anyway) }
    }

    /// Edits a record, all in one change. Says whether that changed anything. `anyway` answers
    /// `doubtful`: the dates are right.
    @discardableResult
    public func edit(
        _ record: RecordId,
        _ edits: [Edit],
        anyway: Bool = false
    ) async throws -> Bool {
        try await work { try $0.edit(record: record, edits: edits, anyway: anyway) }
    }

    /// Shows a record. That somebody looked at it is noted for the audit.
    public func record(_ record: RecordId, language: String = "en") async throws -> Record {
        try await work { try $0.record(record: record, language: language) }
    }

    /// Begins a draft of a new record, with the answers that its form starts with and those of `new`.
    public func beginDraft(_ new: NewRecord) async throws -> DraftId {
        try await work { try $0.beginDraft(new: new) }
    }

    /// Begins a draft of an edit: the record stays as it is until the draft is submitted.
    public func beginEditDraft(_ record: RecordId) async throws -> DraftId {
        try await work { try $0.beginEditDraft(record: record) }
    }

    /// Saves answers in a draft, whatever is wrong with them.
    public func editDraft(_ draft: DraftId, edits: [Edit]) async throws {
        try await work { try $0.editDraft(draft: draft, edits: edits) }
    }

    /// Saves what a person typed as the whole answer to a question, valid or not.
    public func typeInDraft(_ draft: DraftId, field: FieldName, text: String) async throws {
        try await work { try $0.typeInDraft(draft: draft, field: field, text: text) }
    }

    /// Removes an entry of a log from a draft; says whether it was there.
    public func removeDraftEntry(
        _ draft: DraftId, field: FieldName, entry: String
    ) async throws -> Bool {
        try await work { try $0.removeDraftEntry(draft: draft, field: field, entry: entry) }
    }

    /// A draft with its form, and everything that keeps it from being submitted.
    public func draft(_ draft: DraftId, language: String = "en") async throws -> Draft {
        try await work { try $0.draft(draft: draft, language: language) }
    }

    /// The open drafts, the one that was touched last at the top.
    public func drafts() async throws -> [DraftRow] {
        try await work { try $0.drafts() }
    }

    /// Undoes the answer that was given last; says which.
    public func undoAnswer(_ draft: DraftId) async throws -> FieldName? {
        try await work { try $0.undoAnswer(draft: draft) }
    }

    /// Submits a draft: it becomes a record, or an edit of one. The people of the cases `also`, who
    /// were met at once, get a record each.
    public func submitDraft(
        _ draft: DraftId, anyway: Bool = false, also: [CaseId] = []
    ) async throws -> SubmittedDraft {
        try await work { try $0.submitDraft(draft: draft, anyway: anyway, also: also) }
    }

    /// Discards a draft.
    public func discardDraft(_ draft: DraftId) async throws {
        try await work { try $0.discardDraft(draft: draft) }
    }

    /// Undoes that a draft was submitted or discarded, for ten minutes.
    public func undoDraft(_ draft: DraftId) async throws -> UndoneDraft {
        try await work { try $0.undoDraft(draft: draft) }
    }

    /// Every change of a record, each after those it follows.
    public func history(_ record: RecordId) async throws -> [HistoryEntry] {
        try await work { try $0.history(record: record) }
    }

    /// What people disagree about, the newest record first.
    public func conflicts(language: String = "en") async throws -> [Conflict] {
        try await work { try $0.conflicts(language: language) }
    }

    /// Decides a conflict: one of its values stays, for everybody.
    public func resolve(_ record: RecordId, field: FieldName, keep: Scalar) async throws {
        try await work { try $0.resolve(record: record, field: field, keep: keep) }
    }

    /// The cases on this device, what is due first at the top.
    public func caseload(language: String = "en") async throws -> [CaseRow] {
        try await work { try $0.caseload(language: language) }
    }

    /// Everything of a case, newest first.
    public func caseTimeline(
        _ caseId: CaseId,
        language: String = "en"
    ) async throws -> [RecordRow] {
        try await work { try $0.caseTimeline(caseId: caseId, language: language) }
    }

    /// The records of a type, of a case or of both, newest first.
    public func records(
        type: TypeName? = nil,
        caseId: CaseId? = nil,
        limit: UInt32? = nil,
        language: String = "en"
    ) async throws -> [RecordRow] {
        let filter = RecordFilter(recordType: type, caseId: caseId, limit: limit)
        return try await work { try $0.records(filter: filter, language: language) }
    }

    /// The records whose searched fields hold every word or its beginning, the best match first.
    public func search(
        _ words: String,
        limit: UInt32 = 50,
        language: String = "en"
    ) async throws -> [RecordRow] {
        try await work { try $0.search(words: words, limit: limit, language: language) }
    }

    /// What is to be done, due first, in a language: `es`, or English for anything else.
    public func tasks(language: String) async throws -> [OpenTask] {
        try await work { try $0.tasks(language: language) }
    }

    /// Whom the device knows by name, in the order of a list to choose from; offer those who are active.
    public func colleagues() async throws -> [Colleague] {
        try await work { try $0.colleagues() }
    }

    /// What can be recorded, in a language: forms are built from it.
    public func catalogue(language: String) async throws -> Catalogue {
        try await work { try $0.catalogue(language: language) }
    }

    /// One type of the catalogue, in a language; nil when there is no such type.
    public func recordType(_ name: TypeName, language: String) async throws -> RecordType? {
        try await work { try $0.recordType(name: name, language: language) }
    }

    /// What was refused or does not apply, oldest first: what nobody has dismissed, or all of it.
    public func refused(
        dismissed: Bool = false,
        language: String = "en"
    ) async throws -> [RefusedChange] {
        try await work { try $0.refused(dismissed: dismissed, language: language) }
    }

    /// Tries a refused change once more, with the next synchronization: an edit made anew, or the
    /// record with all that was written to it. Says how many changes wait again.
    @discardableResult
    public func retry(_ number: Int64) async throws -> UInt32 {
        try await work { try $0.retry(number: number) }
    }

    /// Notes that the owner has seen a refusal. What was refused is kept.
    public func dismiss(_ number: Int64) async throws {
        try await work { try $0.dismiss(number: number) }
    }

    /// How this device stands. Nothing of any record is in it.
    public func status() async throws -> Status {
        try await work { try $0.status() }
    }

    /// What to send to whoever helps, as JSON. Nothing that was recorded is in it.
    public func supportBundle() async throws -> String {
        try await work { try $0.supportBundle() }
    }

    /// Closes the store and forgets what opened it, for when the person puts the phone away.
    public func lock() async throws {
        try await work { try $0.lock() }
    }

    /// Opens the store again. Of an open one this checks the PIN.
    public func unlock(pin: String? = nil) async throws {
        try await work { try $0.unlock(pin: pin) }
    }

    /// Sets, changes or removes the PIN.
    public func changePin(present: String?, next: String?) async throws {
        try await work { try $0.changePin(present: present, next: next) }
    }

    /// Destroys the keys, then the store. Nothing of it can be read again, by anyone.
    public func wipe() async throws {
        try await work { try $0.wipe() }
    }

    /// Synchronizes, and returns when that has ended. Cancelling the task cancels it; what was
    /// acknowledged stays so, and the next run goes on from there.
    public func sync(
        _ reason: SyncReason = .person,
        onProgress: (@Sendable (Progress) -> Void)? = nil
    ) async throws -> SyncResult {
        let listener = onProgress.map(SyncCalls.init)
        let run = try await work { try $0.sync(reason: reason, listener: listener) }
        return try await withTaskCancellationHandler {
            try await run.finished()
        } onCancel: {
            run.cancel()
        }
    }

    /// Which records change from now on, by an edit or by a synchronization. Ends with its task.
    public func changes() -> AsyncThrowingStream<[RecordId], Error> {
        AsyncThrowingStream { continuation in
            let listener = RecordCalls { continuation.yield($0) }
            do {
                let observation = try device.observe(listener: listener)
                continuation.onTermination = { _ in observation.stop() }
            } catch {
                continuation.finish(throwing: error)
            }
        }
    }

    /// Stays connected while it is iterated: synchronizes, and again as soon as others send something.
    /// For as long as the app is on the screen. Ends when the server orders the device to show
    /// nothing. Only over the built-in HTTPS.
    public func watch() -> AsyncThrowingStream<WatchEvent, Error> {
        AsyncThrowingStream { continuation in
            do {
                let watch = try device.watch(listener: WatchCalls { continuation.yield($0) })
                let ended = Task {
                    do {
                        _ = try await watch.finished()
                        continuation.finish()
                    } catch {
                        continuation.finish(throwing: error)
                    }
                }
                continuation.onTermination = { _ in
                    watch.stop()
                    ended.cancel()
                }
            } catch {
                continuation.finish(throwing: error)
            }
        }
    }

    private func work<T: Sendable>(_ call: @escaping @Sendable (Device) throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { [device] in
                continuation.resume(with: Result { try call(device) })
            }
        }
    }
}

private final class SyncCalls: SyncListener {
    private let call: @Sendable (Progress) -> Void

    init(_ call: @escaping @Sendable (Progress) -> Void) {
        self.call = call
    }

    func onProgress(progress: Progress) throws {
        call(progress)
    }
}

private final class RecordCalls: RecordListener {
    private let call: @Sendable ([RecordId]) -> Void

    init(_ call: @escaping @Sendable ([RecordId]) -> Void) {
        self.call = call
    }

    func onChange(records: [RecordId]) throws {
        call(records)
    }
}

private final class WatchCalls: WatchListener {
    private let call: @Sendable (WatchEvent) -> Void

    init(_ call: @escaping @Sendable (WatchEvent) -> Void) {
        self.call = call
    }

    func onEvent(event: WatchEvent) throws {
        call(event)
    }
}
